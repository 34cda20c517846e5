// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <thread>

#include <gpucompute/gpucompute.hpp>

#include "kernels/evaluate/function.hpp"
#include "tests/common/runs.hpp"
#include "tests/common/walker.hpp"

namespace gpucompute {
namespace {

std::vector<double> counted(std::size_t n, double step = 1) {
  std::vector<double> values(n);
  for (std::size_t i = 0; i < n; ++i) {
    values[i] = step * static_cast<double>(i);
  }
  return values;
}

/// What `call` throws says all of `parts`.
template <typename Error, typename Call>
void expect_error(Call call, std::initializer_list<const char*> parts) {
  try {
    call();
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& failure) {
    for (const char* part : parts) {
      EXPECT_NE(std::string(failure.what()).find(part), std::string::npos) << failure.what();
    }
  }
}

class Evaluate : public ::testing::TestWithParam<testing::run_on> {
 protected:
  evaluate_options options() const { return {.device = GetParam().device, .tier = GetParam().tier}; }
};

TEST_P(Evaluate, ComputesTheLecturesExpression) {
  const std::vector<double> a = counted(1000);
  const std::vector<double> b = counted(1000, 0.5);
  const array result = evaluate("a**2 + b**2 + 2*a*b", {{"a", a}, {"b", b}}, options());
  ASSERT_EQ(result.shape(), dimensions({1000}));
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_EQ(result.values<double>()[i], a[i] * a[i] + b[i] * b[i] + 2 * a[i] * b[i]);
  }
}

TEST_P(Evaluate, WritesIntoMemoryOfTheCaller) {
  const std::vector<double> a = counted(100);
  std::vector<double> out(100, -1);
  evaluate_options given = options();
  given.out = out;
  const array returned = evaluate("a + 1", {{"a", a}}, given);
  EXPECT_EQ(returned.size(), 0);
  EXPECT_EQ(out[99], 100);
}

TEST_P(Evaluate, AnOutputMayOverlapAnInputInAnyWay) {
  std::vector<double> memory = counted(1001);
  const std::vector<double> before = memory;
  evaluate_options given = options();
  given.out = mutable_view(memory.data() + 1, {1000});
  evaluate("a*2", {{"a", array_view(memory.data(), {1000})}}, given);
  for (std::size_t i = 0; i < 1000; ++i) {
    ASSERT_EQ(memory[i + 1], before[i] * 2);
  }
  given.out = mutable_view(memory.data(), {1000});
  evaluate("a + 1", {{"a", array_view(memory.data(), float64, {1000})}}, given);
  EXPECT_EQ(memory[1000], 2 * before[999]);
  EXPECT_EQ(memory[0], 1);
  memory = before;
  given.out = mutable_view(memory.data(), {10});
  const array reversed = evaluate("a - 0", {{"a", array_view(memory.data() + 9, float64, {10}, {-8})}}, given);
  EXPECT_EQ(memory[0], 9);
  EXPECT_EQ(memory[9], 0);
}

TEST_P(Evaluate, AResultOverItsOwnInputIsReducedFirst) {
  std::vector<double> memory = counted(1000);
  evaluate_options given = options();
  given.out = memory;
  evaluate("a - sum(a)", {{"a", memory}}, given);
  EXPECT_EQ(memory[0], -499500);
  EXPECT_EQ(memory[999], 999 - 499500);
  memory = counted(1000);
  given.out = mutable_view(memory.data() + 3, dimensions{});
  evaluate("sum(a)", {{"a", memory}}, given);
  EXPECT_EQ(memory[3], 499500);
}

TEST_P(Evaluate, ReducesAlongAnyAxes) {
  const std::vector<double> a = counted(2 * 3 * 4);
  const array_view view(a.data(), {2, 3, 4});
  const array rows = evaluate("sum(a, axis=(0, -1))", {{"a", view}}, options());
  EXPECT_EQ(rows.shape(), dimensions({3}));
  EXPECT_EQ(rows.values<double>()[1], 4 + 5 + 6 + 7 + 16 + 17 + 18 + 19);
  const array kept = evaluate("a - mean(a, axis=1, keepdims=True)", {{"a", view}}, options());
  EXPECT_EQ(kept.shape(), dimensions({2, 3, 4}));
  EXPECT_EQ(kept.values<double>()[0], -4);
  EXPECT_EQ(evaluate("max(a) - min(a)", {{"a", view}}, options()).item<double>(), 23);
  EXPECT_EQ(evaluate("argmax(a, axis=2)", {{"a", view}}, options()).values<std::int64_t>()[5], 3);
}

TEST_P(Evaluate, BroadcastsAndWalksAnyStrides) {
  const std::vector<float> a = {0, 1, 2, 3, 4, 5};
  const array outer = evaluate(
      "col*10 + row",
      {{"col", array_view(a.data() + 5, float32, {3, 1}, {-4, 4})}, {"row", array_view(a.data(), float32, {3}, {8})}},
      options());
  EXPECT_EQ(outer.shape(), dimensions({3, 3}));
  const std::vector<float> expected = {50, 52, 54, 40, 42, 44, 30, 32, 34};
  EXPECT_TRUE(std::equal(expected.begin(), expected.end(), outer.values<float>().begin()));
}

TEST_P(Evaluate, ReturnsNamedResultsOfOnePass) {
  const std::vector<double> a = counted(10);
  const std::vector<std::string> names = {"s", "d", ""};
  const auto results = evaluate_all("s = a + 1; d = a*2; s*d", {{"a", a}}, names, options());
  ASSERT_EQ(results.size(), 3U);
  EXPECT_EQ(results[0].value.values<double>()[9], 10);
  EXPECT_EQ(results[1].value.values<double>()[9], 18);
  EXPECT_EQ(results[2].value.values<double>()[9], 180);
}

TEST_P(Evaluate, CastsIntoAnOutputOfTheSameKind) {
  const std::vector<double> a = counted(10, 0.1);
  std::vector<float> out(10);
  evaluate_options given = options();
  given.out = out;
  evaluate("a*3", {{"a", a}}, given);
  EXPECT_EQ(out[7], static_cast<float>(a[7] * 3));
  std::vector<std::int64_t> whole(10);
  given.out = whole;
  expect_error<invalid_argument>([&] { evaluate("a*3", {{"a", a}}, given); }, {"float64", "int64"});
}

TEST_P(Evaluate, TakesComplexAndTypedAndWeakNumbers) {
  const std::vector<std::complex<double>> z = {{1, 2}, {3, -4}};
  const array product =
      evaluate("z*conj(z)*k + w", {{"z", z}, {"k", 2.0}, {"w", weak_scalar{std::int64_t{1}}}}, options());
  EXPECT_EQ(product.values<std::complex<double>>()[1], std::complex<double>(51, 0));
  const std::vector<float> f = {1};
  EXPECT_EQ(evaluate("f*w", {{"f", f}, {"w", weak_scalar{2.5}}}, options()).type(), float32);
  EXPECT_EQ(evaluate("f*w", {{"f", f}, {"w", 2.5}}, options()).type(), float64);
}

TEST_P(Evaluate, ReducesANumberToItself) {
  EXPECT_EQ(evaluate("sum(s)", {{"s", 2.5}}, options()).item<double>(), 2.5);
  EXPECT_EQ(evaluate("argmax(s)", {{"s", 2.5}}, options()).item<std::int64_t>(), 0);
}

TEST_P(Evaluate, TakesThirtyTwoDimensions) {
  const std::vector<double> a = counted(12);
  dimensions shape = dimensions::filled(max_rank, 1);
  shape[5] = 3;
  shape[31] = 4;
  const array_view view(a.data(), shape);
  EXPECT_EQ(evaluate("sum(a)", {{"a", view}}, options()).item<double>(), 66);
  const array rows = evaluate("a - sum(a, axis=31, keepdims=True)", {{"a", view}}, options());
  EXPECT_EQ(rows.shape(), shape);
  EXPECT_EQ(rows.values<double>()[11], 11 - 38);
}

TEST_P(Evaluate, TakesManyInputs) {
  std::vector<std::string> names;
  std::string text = "0";
  for (int i = 0; i < 70; ++i) {
    names.push_back("x" + std::to_string(i));
    text += " + " + names.back();
  }
  const std::vector<double> a = counted(9);
  std::vector<argument> inputs;
  for (const std::string& name : names) {
    inputs.push_back({name, a});
  }
  EXPECT_EQ(evaluate(text, inputs, options()).values<double>()[8], 8 * 70);
}

TEST_P(Evaluate, WritesNamedResultsIntoMemoryOfTheCaller) {
  const std::vector<double> a = counted(6);
  std::vector<double> x(6);
  std::vector<double> y(6);
  evaluate_options given = options();
  given.outputs = {{"x", x}, {"y", y}};
  const array last = evaluate("x = a + 1; y = x*2; sum(y)", {{"a", a}}, given);
  EXPECT_EQ(last.item<double>(), 42);
  EXPECT_EQ(x[5], 6);
  EXPECT_EQ(y[5], 12);
  given.outputs = {{"y", y}};
  EXPECT_EQ(evaluate("x = a + 1; y = x*3", {{"a", a}}, given).size(), 0);
  EXPECT_EQ(y[5], 18);
}

TEST_P(Evaluate, ASharedExpensiveValueIsStoredAndReadBack) {
  const std::vector<double> a = counted(3000, 0.001);
  const array result =
      evaluate("p = (a + 1)/(a + 2)/(a + 3)/(a + 4)/(a + 5)/(a + 6)/(a + 7)/(a + 8); p/sum(p)", {{"a", a}}, options());
  double sum = 0;
  for (const double value : result.values<double>()) {
    sum += value;
  }
  EXPECT_NEAR(sum, 1, 1e-12);
}

TEST_P(Evaluate, OfNoElementsIsEmpty) {
  const std::vector<double> none;
  EXPECT_EQ(evaluate("a + 1", {{"a", none}}, options()).shape(), dimensions({0}));
  EXPECT_EQ(evaluate("sum(a)", {{"a", none}}, options()).item<double>(), 0);
  EXPECT_EQ(evaluate("sum(a, axis=0)", {{"a", array_view(nullptr, float64, {0, 3})}}, options()).values<double>()[2],
            0);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Evaluate, ::testing::ValuesIn(testing::all_runs()), [](const auto& each) {
  std::string name = each.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

TEST(Arguments, MistakesAreNamed) {
  const std::vector<double> a = counted(4);
  const std::vector<float> f(4);
  const function made = compile("a + b", {{"a", float64}, {"b", float64}, {"unused", float64}});
  expect_error<invalid_argument>([&] { made({{"a", a}}); }, {"'b'"});
  expect_error<invalid_argument>([&] { made({{"a", a}, {"b", f}}); }, {"'b'", "float64", "float32"});
  expect_error<invalid_argument>([&] { made({{"a", a}, {"b", a}, {"x", a}}); }, {"'x'"});
  EXPECT_NO_THROW(made({{"unused", a}, {"b", a}, {"a", a}}));
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", a}, {"x", a}}); }, {"'x'"});
  expect_error<invalid_argument>(
      [&] {
        evaluate("a + 1", {{"a", array_view(nullptr, float64, {4})}});
      },
      {"'a'", "null"});
  expect_error<shape_error>([&] { made({{"a", a}, {"b", array_view(a.data(), {3})}}); }, {"(4,)", "(3,)"});
  expect_error<invalid_argument>([&] { evaluate("a", {{"a", a}, {"a", a}}); }, {"'a'"});
}

TEST(Arguments, AResultBeyondTheAddressSpaceIsRefused) {
  const double one = 1;
  const array_view wide(&one, float64, {std::int64_t{1} << 31}, {0});
  const array_view high(&one, float64, {std::int64_t{1} << 31, 1}, {0, 0});
  EXPECT_THROW(evaluate("a + b", {{"a", wide}, {"b", high}}), invalid_argument);
}

TEST(Arguments, OutputsThatShareMemoryAreRefused) {
  const std::vector<double> a = counted(4);
  std::vector<double> out(5);
  evaluate_options options;
  options.out = mutable_view(out.data(), {4});
  options.outputs = {{"x", mutable_view(out.data() + 1, {4})}};
  expect_error<invalid_argument>([&] { evaluate("x = a + 1; x*2", {{"a", a}}, options); }, {"share"});
  options.outputs = {{"y", mutable_view(out.data() + 1, {4})}};
  expect_error<invalid_argument>([&] { evaluate("x = a + 1; x*2", {{"a", a}}, options); }, {"'y'", "'x'"});
  options.outputs = {};
  options.out = mutable_view(out.data(), float64, {4}, {0});
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", a}}, options); }, {"share"});
}

TEST(Device, AnUnknownNameIsRefused) {
  EXPECT_THROW(device("gpu"), device_unavailable);
  EXPECT_THROW(device("cuda:"), device_unavailable);
  EXPECT_THROW(device("cuda:-1"), device_unavailable);
  EXPECT_EQ(device("cuda:2").name(), "cuda:2");
}

TEST(Device, AllAreListedAndSayWhatIsMissing) {
  const std::vector<device_info> all = devices();
  ASSERT_GE(all.size(), 3U);
  for (const device_info& each : all) {
    EXPECT_FALSE(each.name.empty());
    EXPECT_EQ(each.available, each.missing.empty()) << each.name;
  }
}

TEST(Explain, ShowsGraphLaunchesTextAndCostWithoutTheDevice) {
  const std::vector<double> a = counted(1000);
  for (const char* device_name : {"reference", "cpu", "cuda"}) {
    const std::string text = explain("(a - mean(a))*2", {{"a", a}}, {.device = device(device_name)});
    for (const char* part : {"mean %0", "launch 1 of 2", "reduce_inner", "in0: input a, strides (8,)", "launches 2"}) {
      EXPECT_NE(text.find(part), std::string::npos) << device_name << "\n" << text;
    }
  }
}

TEST(Function, CountsItsCost) {
  const std::vector<double> a = counted(1000);
  const cost_estimate cost = compile("a*2 + 1", {{"a", float64}}).estimate({{"a", a}});
  EXPECT_EQ(cost.bytes, 16000);
  EXPECT_EQ(cost.flops, 2000);
}

/// A function on the walker.
function walked(const char* text, std::vector<parameter> declared, testing::walker& device) {
  std::vector<language::binding> bindings;
  for (const parameter& each : declared) {
    bindings.push_back({each.name, each.type});
  }
  return make_function(language::compile_text(text, bindings),
                       {.text = text, .declared = declared, .where = device, .prepare = {}});
}

TEST(Function, PreparesKernelsOnceALayout) {
  testing::walker device;
  const function made = walked("a + b", {{"a", float64}, {"b", float64}}, device);
  const std::vector<double> a = counted(10);
  const std::vector<double> b = counted(10);
  made({{"a", a}, {"b", b}});
  made({{"a", b}, {"b", a}});
  EXPECT_EQ(device.prepared, 1);
  made({{"a", a}, {"b", 1.0}});
  EXPECT_EQ(device.prepared, 2);
}

TEST(Function, ForgetsTheOldestOfManyLayouts) {
  testing::walker device;
  const function made = walked("a + 1", {{"a", float64}}, device);
  const std::vector<double> a = counted(200);
  for (int round = 0; round < 2; ++round) {
    for (std::int64_t n = 1; n <= 100; ++n) {
      const array result = made({{"a", array_view(a.data(), {n})}});
      ASSERT_EQ(result.size(), n);
      ASSERT_EQ(result.values<double>()[static_cast<std::size_t>(n) - 1], static_cast<double>(n));
    }
  }
  EXPECT_EQ(device.prepared, 200);
}

TEST(Function, IsCalledFromManyThreadsAtOnce) {
  const function made = compile("sum(a*k) + 0*a", {{"a", float64}, {"k", float64}}, {.device = device("reference")});
  std::vector<std::thread> threads;
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 50; ++round) {
        const auto n = static_cast<std::size_t>(1 + (round * 7 + t) % 40);
        const std::vector<double> a = counted(n);
        const double sum = static_cast<double>(n * (n - 1) / 2) * t;
        const array result = made({{"a", a}, {"k", static_cast<double>(t)}}, {.threads = 1});
        for (const double value : result.values<double>()) {
          wrong += value == sum ? 0 : 1;
        }
      }
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
}

/// Does nothing, so that what is left of a call is ours.
class idle_backend final : public device_layer::backend {
 public:
  device_info describe() const override { return {}; }
  std::string source(const lower::kernel&, const device_layer::prepare_options&) const override { return {}; }
  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>&,
                                                          const device_layer::prepare_options&) override {
    return std::make_shared<device_layer::executable>();
  }
  void run(const device_layer::executable&, const lower::launch&, std::span<void* const> pointers,
           const device_layer::run_options&) override {
    calls += pointers.size();
  }
  std::shared_ptr<void> allocate(std::size_t) override {
    ++allocations;
    return nullptr;
  }
  std::size_t calls = 0;
  std::size_t allocations = 0;
};

TEST(Function, AKnownLayoutCostsUnderAMicrosecond) {
  idle_backend device;
  const function made = make_function(
      language::compile_text("a**2 + b**2 + 2*a*b", std::array<language::binding, 2>{{{"a", float64}, {"b", float64}}}),
      {.text = "", .declared = {{"a", float64}, {"b", float64}}, .where = device, .prepare = {}});
  const std::vector<double> a = counted(1000);
  const std::vector<double> b = counted(1000);
  std::vector<double> out(1000);
  double best = 1e9;
  constexpr int calls = 2000;
  for (int round = 0; round < 20; ++round) {
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < calls; ++i) {
      made({{"a", a}, {"b", b}}, {.out = out});
    }
    const std::chrono::duration<double, std::nano> spent = std::chrono::steady_clock::now() - start;
    best = std::min(best, spent.count() / calls);
  }
  RecordProperty("nanoseconds", std::to_string(best));
  std::printf("%.0f ns a call\n", best);
  EXPECT_EQ(device.allocations, 0U);
  EXPECT_LT(best, 1000);
}

}  // namespace
}  // namespace gpucompute
