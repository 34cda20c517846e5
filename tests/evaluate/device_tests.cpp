// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cctype>
#include <cmath>
#include <gtest/gtest.h>
#include <immintrin.h>
#include <limits>
#include <numeric>

#include <gpucompute/gpucompute.hpp>

#include "tests/common/runs.hpp"
#include "tests/evaluate/helpers.hpp"

// What a user sees of evaluate(), on every device and tier of this machine.

namespace gpucompute {
namespace {

using testing::counted;
using testing::expect_error;

class Evaluate : public ::testing::TestWithParam<testing::run_on> {
 protected:
  void SetUp() override { testing::all_runs(); }  // throws where a tier is missing
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

TEST_P(Evaluate, FastComparisonsOfSquareRootsKeepSignsAndNaN) {
  const double inf = std::numeric_limits<double>::infinity();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::vector<double> a = {-inf, -4, -0.0, 0, 1e-300, 1, 3.9, 4, 4.1, 1e300, inf, nan};
  for (const double c : {-inf, -2.0, -0.0, 0.0, 1e-100, 2.0, 1e140, inf, nan}) {
    for (const char* text : {"sqrt(a) < c", "sqrt(a) <= c", "sqrt(a) > c", "sqrt(a) >= c", "c < sqrt(a)",
                             "c >= sqrt(a)", "sqrt(a) == c"}) {
      evaluate_options fast = options();
      fast.precision = precision::fast;
      const array expected = evaluate(text, {{"a", a}, {"c", c}}, options());
      const array actual = evaluate(text, {{"a", a}, {"c", c}}, fast);
      for (std::size_t i = 0; i < a.size(); ++i) {
        EXPECT_EQ(actual.values<bool>()[i], expected.values<bool>()[i]) << text << " a=" << a[i] << " c=" << c;
      }
    }
  }
}

TEST_P(Evaluate, ZeroDividedByFalseIsNaNWhereverTheZeroComesFrom) {
  const std::vector<std::int32_t> a = {0, 1, 2, 3, 4, 5, 6, 7, 8};
  for (const char* text : {"(a-a)/(a>5)", "imag(a)/(a>5)", "sign(a-a)/(a>5)", "(a^a)/(a>5)", "((a>5) & ~(a>5))/(a>5)",
                           "(a-a)/float64(a>5)", "(a-a)/where(a>5, 1.0, 0.0)"}) {
    const array result = evaluate(text, {{"a", a}}, options());
    for (std::size_t i = 0; i < a.size(); ++i) {
      EXPECT_EQ(std::isnan(result.values<double>()[i]), a[i] <= 5) << text << " " << i;
    }
  }
}

TEST_P(Evaluate, SettingsOfTheHostsFloatingPointChangeNoBit) {
  const std::vector<double> a(100000, 3e-310);
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040 | 0x4000);  // flush to zero, denormals are zero, upwards
  const array halves = evaluate("a*0.5 + 5e-324*1", {{"a", a}}, options());
  const array thirds = evaluate("a/3", {{"a", a}}, options());
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(after & 0xFFC0U, (before | 0x8040 | 0x4000) & 0xFFC0U);
  for (const double value : halves.values<double>()) {
    ASSERT_EQ(value, 3e-310 * 0.5 + 5e-324);
  }
  for (const double value : thirds.values<double>()) {
    ASSERT_EQ(value, 3e-310 / 3);
  }
}

TEST_P(Evaluate, VarianceBeyondTheLargestNumberIsInfinite) {
  const double inf = std::numeric_limits<double>::infinity();
  std::vector<double> far(5000, 1e308);
  for (std::size_t i = 0; i < far.size(); i += 3) {
    far[i] = -1.7e308;
  }
  for (const std::vector<double>& a :
       {std::vector<double>{1e308, 1e308, -1e308}, {1.7e308, -1.7e308}, {1e200, 0}, far}) {
    for (const char* text : {"var(a)", "std(a)", "var(a, axis=0)", "var(complex(a, a))"}) {
      EXPECT_EQ(evaluate(text, {{"a", a}}, options()).item<double>(), inf) << text << " of " << a.size();
    }
  }
  const std::vector<double> equal(1000, 1.7e308);
  EXPECT_EQ(evaluate("var(a)", {{"a", equal}}, options()).item<double>(), 0);
  for (const double other : {inf, -inf, std::numeric_limits<double>::quiet_NaN()}) {
    const std::vector<double> a = {1, other, 2, 1e308};
    EXPECT_TRUE(std::isnan(evaluate("var(a)", {{"a", a}}, options()).item<double>())) << other;
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

TEST_P(Evaluate, ReducesManyLeavesOfAnExpressionWithAScalar) {
  const std::vector<double> a(10000, 2);
  EXPECT_EQ(evaluate("sum(a*b)", {{"a", a}, {"b", 1.5}}, options()).item<double>(), 30000);
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
  inputs.reserve(names.size());
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
  const char* const text = "p = (a + 1)/(a + 2)/(a + 3)/(a + 4)/(a + 5)/(a + 6)/(a + 7)/(a + 8); p/sum(p)";
  std::vector<double> p;
  p.reserve(a.size());
  for (const double x : a) {
    p.push_back((x + 1) / (x + 2) / (x + 3) / (x + 4) / (x + 5) / (x + 6) / (x + 7) / (x + 8));
  }
  const double sum = std::accumulate(p.begin(), p.end(), 0.0);
  const array result = evaluate(text, {{"a", a}}, options());
  for (std::size_t i = 0; i < p.size(); ++i) {
    ASSERT_NEAR(result.values<double>()[i] / (p[i] / sum), 1, 1e-12) << i;
  }
  const std::string plan = explain(text, {{"a", a}}, options());
  EXPECT_NE(plan.find("launch 1 of 3"), std::string::npos) << plan;
  const std::size_t last = plan.find("launch 3 of 3");
  ASSERT_NE(last, std::string::npos);
  EXPECT_EQ(plan.find("in0: input a", last), std::string::npos) << "p is read, not made from a again\n" << plan;
}

TEST_P(Evaluate, OfNoElementsIsEmpty) {
  const std::vector<double> none;
  EXPECT_EQ(evaluate("a + 1", {{"a", none}}, options()).shape(), dimensions({0}));
  EXPECT_EQ(evaluate("sum(a)", {{"a", none}}, options()).item<double>(), 0);
  EXPECT_EQ(evaluate("sum(a, axis=0)", {{"a", array_view(nullptr, float64, {0, 3})}}, options()).values<double>()[2],
            0);
}

INSTANTIATE_TEST_SUITE_P(EveryDevice, Evaluate, ::testing::ValuesIn(testing::planned_runs()), [](const auto& each) {
  std::string name = each.param.name;
  std::replace_if(
      name.begin(), name.end(), [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
  return name;
});

}  // namespace
}  // namespace gpucompute
