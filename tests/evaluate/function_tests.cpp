// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <gtest/gtest.h>
#include <thread>

#include <gpucompute/gpucompute.hpp>

#include "kernels/evaluate/function.hpp"
#include "tests/common/walker.hpp"
#include "tests/evaluate/helpers.hpp"

namespace gpucompute {
namespace {

using testing::counted;
using testing::expect_error;

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

TEST(Arguments, AResultWhoseStridesPass64BitsIsRefused) {
  const std::uint8_t one = 1;
  constexpr std::int64_t side = 65536;
  const auto axis = [&](const dimensions& shape) {
    const dimensions still = dimensions::filled(shape.rank(), 0);
    return array_view(&one, uint8, shape, still);
  };
  const array_view views[] = {axis({side, 1, 1, 1}), axis({side, 1, 1}), axis({side, 1}), axis({side})};
  EXPECT_THROW(evaluate("a + b + c + d", {{"a", views[0]}, {"b", views[1]}, {"c", views[2]}, {"d", views[3]}}),
               invalid_argument);
  const array_view wide = axis({side * side, side * side / 8});
  EXPECT_THROW(evaluate("complex(float64(a), 1.0)", {{"a", wide}}), invalid_argument);
  EXPECT_THROW(evaluate("sum(float64(a), axis=0, keepdims=True) + float64(a)", {{"a", wide}}), invalid_argument);
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
    EXPECT_TRUE(each.available || !each.missing.empty()) << each.name;
  }
}

TEST(Tier, IsTheInterpretersWhereNothingIsLaunched) {
  const std::vector<double> none;
  for (const char* name : {"cpu", "reference"}) {
    const function made = compile("a + 1", {{"a", float64}}, {.device = device(name)});
    EXPECT_EQ(made.tier_of({{"a", none}}), tier::interpreter) << name;
  }
}

TEST(Explain, ShowsGraphLaunchesTextAndCostWithoutTheDevice) {
  const std::vector<double> a = counted(1000);
  for (const char* device_name : {"reference", "cpu", "cuda"}) {
    const std::string text = explain("(a - mean(a))*2", {{"a", a}}, {.device = device(device_name)});
    for (const char* part :
         {"mean float64 %0", "launch 1 of 2", "reduce_inner", "in0: input a, strides (8,)", "launches 2"}) {
      EXPECT_NE(text.find(part), std::string::npos) << device_name << "\n" << text;
    }
  }
}

TEST(Explain, ShowsThePlanThatTheOutputsMake) {
  std::vector<double> a = counted(1000);
  std::vector<double> total(1);
  const char* text = "x = sum(a); a*2";
  const function made = compile(text, {{"a", float64}});
  const std::vector<std::string> x = {"x"};
  EXPECT_NE(explain(text, {{"a", a}}).find("launch 1 of 1"), std::string::npos);
  EXPECT_NE(explain_all(text, {{"a", a}}, x).find("each from (1000,)"), std::string::npos);
  EXPECT_EQ(explain_all(text, {{"a", a}}, x).find("elementwise"), std::string::npos);
  const call_options both = {.out = a, .outputs = {{"x", mutable_view(total.data(), float64, {})}}};
  EXPECT_NE(made.explain({{"a", a}}, both).find("launch 2 of 2"), std::string::npos);
  EXPECT_EQ(made.estimate({{"a", a}}, both).kernels, 2);
  EXPECT_NE(made.source({{"a", a}}, both).find("source of launch 2 of 2"), std::string::npos);
  // Over a part of an input: computed aside, then copied.
  const call_options shifted = {.out = mutable_view(a.data() + 1, {999})};
  EXPECT_EQ(made.estimate({{"a", array_view(a.data(), {999})}}, shifted).kernels, 2);
  EXPECT_EQ(made.estimate({{"a", array_view(a.data(), {999})}}).kernels, 1);
  EXPECT_NE(explain(text, {{"a", array_view(a.data(), {999})}}, {.out = shifted.out}).find("launch 2 of 2"),
            std::string::npos);
}

TEST(Explain, SaysWhichTierHolds) {
  const std::vector<double> a = counted(10);
  const auto tier_line = [&](const evaluate_options& options) {
    const std::string text = explain("a + 1", {{"a", a}}, options);
    const std::size_t begin = text.find("tier\n  ") + 7;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_EQ(tier_line({.device = device("reference")}), "interpreter: the only one of this device");
  EXPECT_EQ(tier_line({.device = device("cuda")}).substr(0, 6), "none: ");
  EXPECT_EQ(tier_line({.device = device("cpu"), .tier = tier::interpreter}), "interpreter: asked for");
}

TEST(Function, CountsItsCost) {
  const std::vector<double> a = counted(1000);
  const cost_estimate cost = compile("a*2 + 1", {{"a", float64}}).estimate({{"a", a}});
  EXPECT_EQ(cost.bytes, 16000);
  EXPECT_EQ(cost.flops, 2000);
}

/// A function on the walker.
function walked(const char* text, const std::vector<parameter>& declared, testing::walker& device) {
  std::vector<language::binding> bindings;
  bindings.reserve(declared.size());
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
  threads.reserve(8);
  std::atomic<int> wrong = 0;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int round = 0; round < 50; ++round) {
        const auto n = static_cast<std::size_t>(1 + (round * 7 + t) % 40);
        const std::vector<double> a = counted(n);
        const std::size_t below = n * (n - 1) / 2;
        const double sum = static_cast<double>(below) * t;
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
  std::string source(const lower::launch&, const device_layer::prepare_options&) const override { return {}; }
  std::string tier_text(const device_layer::prepare_options&) const override { return {}; }
  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>&,
                                                          const device_layer::prepare_options&) override {
    return std::make_shared<device_layer::executable>();
  }
  void run(const device_layer::executable&, const lower::launch&, std::span<void* const> pointers,
           const device_layer::run_options&) override {
    calls += pointers.size();
  }
  std::shared_ptr<void> allocate(std::size_t bytes) override {
    ++allocations;
    return {::operator new(bytes), [](void* p) { ::operator delete(p); }};
  }
  solving::solver& solver() override { throw device_unavailable("idle: no solver"); }
  std::size_t calls = 0;
  std::size_t allocations = 0;
};

TEST(Function, IntoGivenMemoryNothingIsAllocatedOnTheDevice) {
  idle_backend device;
  const function made = make_function(
      language::compile_text("a**2 + b**2 + 2*a*b", std::array<language::binding, 2>{{{"a", float64}, {"b", float64}}}),
      {.text = "", .declared = {{"a", float64}, {"b", float64}}, .where = device, .prepare = {}});
  const std::vector<double> a = counted(1000);
  const std::vector<double> b = counted(1000);
  std::vector<double> out(1000);
  for (int call = 0; call < 3; ++call) {
    made({{"a", a}, {"b", b}}, {.out = out});
  }
  EXPECT_EQ(device.allocations, 0U);
  made({{"a", a}, {"b", b}});
  EXPECT_EQ(device.allocations, 1U) << "the result";
}

}  // namespace
}  // namespace gpucompute
