// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>

#include "tests/evaluate/helpers.hpp"
#include "tests/evaluate/matmul_cases.hpp"

// Products among other operations: values, where results go, threads.

namespace gpucompute {
namespace {

using testing::expect_error;
using testing::run_on;

/// Whole numbers, so that every order of summation gives the same.
std::vector<double> whole(std::size_t count, int step) {
  std::vector<double> values(count);
  for (std::size_t i = 0; i < count; ++i) {
    values[i] = static_cast<double>(static_cast<int>(i) * step % 13 - 6);
  }
  return values;
}

/// A square matrix in C order.
struct square {
  std::int64_t n;
  std::vector<double> values;
  square(std::int64_t order, int step) : n(order), values(whole(static_cast<std::size_t>(order * order), step)) {}
  square(std::int64_t order, std::vector<double> list) : n(order), values(std::move(list)) {}

  double at(std::int64_t i, std::int64_t j) const { return values[static_cast<std::size_t>(i * n + j)]; }
  array_view view() const { return {values.data(), {n, n}}; }
  mutable_view room() { return {values.data(), {n, n}}; }
  square times(const square& other) const {
    square made(n, std::vector<double>(values.size()));
    for (std::int64_t i = 0; i < n; ++i) {
      for (std::int64_t j = 0; j < n; ++j) {
        for (std::int64_t k = 0; k < n; ++k) {
          made.values[static_cast<std::size_t>(i * n + j)] += at(i, k) * other.at(k, j);
        }
      }
    }
    return made;
  }
  template <typename Function>
  square each(Function function) const {
    square made = *this;
    std::transform(values.begin(), values.end(), made.values.begin(), function);
    return made;
  }
};

std::vector<double> list(const array& of) { return {of.values<double>().begin(), of.values<double>().end()}; }

class MatmulCalls : public ::testing::TestWithParam<run_on> {
 protected:
  evaluate_options here() const { return {.device = GetParam().device, .tier = GetParam().tier}; }
  array run(const std::string& text, const square& a, const square& b) const {
    return evaluate(text, {{"a", a.view()}, {"b", b.view()}}, here());
  }

  const square a_{17, 3};
  const square b_{17, 5};
};

TEST_P(MatmulCalls, StandAnywhereInAnExpression) {
  const square product = a_.times(b_);
  EXPECT_EQ(list(run("a @ b", a_, b_)), product.values);
  EXPECT_EQ(list(run("2*(a @ b) - a", a_, b_))[5], 2 * product.values[5] - a_.values[5]);
  double squares = 0;
  for (const double each : product.values) {
    squares += each * each;
  }
  EXPECT_EQ(run("sum((a @ b)**2)", a_, b_).item<double>(), squares);
  const auto twice = [](double x) { return 2 * x; };
  const auto one_more = [](double x) { return x + 1; };
  EXPECT_EQ(list(run("(2*a) @ (b + 1)", a_, b_)), a_.each(twice).times(b_.each(one_more)).values);
  EXPECT_EQ(list(run("a @ b @ a", a_, b_)), product.times(a_).values);
  EXPECT_EQ(list(run("a @ (b @ a)", a_, b_)), a_.times(b_.times(a_)).values);
  EXPECT_EQ(list(run("p = a @ b; q = p @ p; q - p @ p + p", a_, b_)), product.values);
  EXPECT_EQ(list(run("sum(a, axis=0) @ b", a_, b_)), list(run("dot(sum(a, axis=0, keepdims=True), b)", a_, b_)));
  EXPECT_EQ(run("sum(a, axis=0) @ sum(b, axis=1)", a_, b_).item<double>(), run("sum(a @ b)", a_, b_).item<double>());
  EXPECT_EQ(list(run("where(a @ b > 0, a @ b, 0)", a_, b_)),
            product.each([](double x) { return x > 0 ? x : 0; }).values);
  EXPECT_EQ(run("max(a @ b, axis=1) @ (1.0*argmax(a @ b, axis=0))", a_, b_).shape(), dimensions{});
}

TEST_P(MatmulCalls, ComplexOperandsMadeOfRealOnesAreTheirProducts) {
  const square product = a_.times(b_);
  EXPECT_EQ(list(run("real(complex(a, b) @ complex(b, a))", a_, b_)), list(run("a @ b - b @ a", a_, b_)));
  EXPECT_EQ(list(run("imag(complex(a, 0*a) @ complex(0*b, b))", a_, b_)), product.values);
  EXPECT_EQ(list(run("c = complex(a, b); real(c) @ b", a_, b_)), product.values);
  EXPECT_EQ(list(run("c = complex(a, b); imag(c @ c) - a @ imag(c)", a_, b_)), b_.times(a_).values);
}

TEST_P(MatmulCalls, APartOfABroadcastNumberHasTheShapeOfTheWhole) {
  const std::vector<double> row = whole(17, 7);
  square repeated = a_;
  for (std::int64_t i = 0; i < 17; ++i) {
    std::copy(row.begin(), row.end(), repeated.values.begin() + i * 17);
  }
  const std::vector<argument> inputs = {{"r", row}, {"a", a_.view()}, {"b", b_.view()}};
  const std::vector<double> expected = repeated.times(b_).values;
  EXPECT_EQ(list(evaluate("real(complex(r, a)) @ b", inputs, here())), expected);
  EXPECT_EQ(list(evaluate("x = real(complex(abs(r), a)); x @ b - x @ b + sum(abs(r)) + sum(a)*0", inputs, here()))[3],
            std::accumulate(row.begin(), row.end(), 0.0, [](double sum, double x) { return sum + std::abs(x); }));
}

TEST_P(MatmulCalls, AComplexOutputIsWrittenWhole) {
  std::mt19937 random(5);
  const testing::numbers left = testing::random_numbers({6, 4}, complex64, random);
  const testing::numbers right = testing::random_numbers({4, 5}, complex64, random);
  const testing::laid a = testing::place(left, complex64, testing::lie::c_order);
  const testing::laid b = testing::place(right, complex64, testing::lie::transposed);
  const testing::exact_product expected = testing::multiplied("matmul", left, right, {6, 5});
  const std::vector<named_array> all =
      evaluate_all("p = a @ b; q = conj(p); n = sum(abs(p)); p", {{"a", a.view}, {"b", b.view}},
                   std::vector<std::string>{"p", "q", "n"}, here());
  EXPECT_EQ(testing::product_difference(expected, all[0].value), "");
  const auto p = all[0].value.values<std::complex<float>>();
  const auto q = all[1].value.values<std::complex<float>>();
  EXPECT_TRUE(std::equal(p.begin(), p.end(), q.begin(), [](auto x, auto y) { return x == std::conj(y); }));
}

TEST_P(MatmulCalls, MixedTypesArePromoted) {
  std::mt19937 random(6);
  for (const dtype left_type : {float32, float64, complex64, complex128}) {
    for (const dtype right_type : {float32, float64, complex64, complex128}) {
      const testing::numbers left = testing::random_numbers({3, 4}, left_type, random);
      const testing::numbers right = testing::random_numbers({4, 2}, right_type, random);
      const testing::laid a = testing::place(left, left_type, testing::lie::gaps);
      const testing::laid b = testing::place(right, right_type, testing::lie::unaligned);
      const array got = evaluate("a @ b", {{"a", a.view}, {"b", b.view}}, here());
      EXPECT_EQ(testing::product_difference(testing::multiplied("matmul", left, right, {3, 2}), got), "")
          << name(left_type) << " " << name(right_type);
    }
  }
  const std::vector<std::int8_t> whole_numbers = {1, 2, 3, 4};
  const std::vector<double> reals = {0.5, 0.25};
  const array got = evaluate("float64(i) @ r", {{"i", array_view(whole_numbers.data(), {2, 2})}, {"r", reals}}, here());
  EXPECT_EQ(list(got), (std::vector<double>{1, 2.5}));
}

TEST_P(MatmulCalls, AnOutputOverItsInputsIsAsIfItWereApart) {
  const square product = a_.times(b_);
  for (const char* text : {"a @ b", "a @ b + a - a", "(a + 0) @ b", "dot(a, b)"}) {
    for (const bool over_a : {true, false}) {
      square a = a_;
      square b = b_;
      evaluate_options options = here();
      options.out = over_a ? a.room() : b.room();
      evaluate(text, {{"a", a.view()}, {"b", b.view()}}, options);
      EXPECT_EQ((over_a ? a : b).values, product.values) << text;
    }
  }
  square both = a_;
  evaluate_options options = here();
  options.out = mutable_view(both.values.data(), float64, {17, 17}, {8, 17 * 8});  // the transpose of what is read
  evaluate("a @ a", {{"a", both.view()}}, options);
  const square squared = a_.times(a_);
  for (std::int64_t i = 0; i < 17; ++i) {
    for (std::int64_t j = 0; j < 17; ++j) {
      EXPECT_EQ(both.at(j, i), squared.at(i, j));
    }
  }
  // A vector over a row of the matrix that is read.
  square a = a_;
  options.out = mutable_view(a.values.data() + 17, {17});
  const std::vector<double> ones(17, 1);
  evaluate("a @ x", {{"a", a.view()}, {"x", ones}}, options);
  for (std::int64_t i = 0; i < 17; ++i) {
    double sum = 0;
    for (std::int64_t k = 0; k < 17; ++k) {
      sum += a_.at(i, k);
    }
    EXPECT_EQ(a.at(1, i), sum);
  }
}

TEST_P(MatmulCalls, NamedResultsComeInOneCall) {
  std::vector<double> norm(1);
  square p(17, 1);
  evaluate_options options = here();
  options.outputs = {{"p", p.room()}, {"n", norm}};
  const array last = evaluate("p = a @ b; n = sum(abs(p)); p / n", {{"a", a_.view()}, {"b", b_.view()}}, options);
  const square product = a_.times(b_);
  EXPECT_EQ(p.values, product.values);
  EXPECT_EQ(list(last)[3], product.values[3] / norm[0]);
}

TEST_P(MatmulCalls, CppFunctionsMakeTheSameProducts) {
  const array a = array::from(a_.view());
  const array b = array::from(b_.view());
  const std::vector<double> expected = a_.times(b_).values;
  EXPECT_EQ(list(evaluate(matmul(a, b), here())), expected);
  EXPECT_EQ(list(evaluate(dot(a, b), here())), expected);
  EXPECT_EQ(list(evaluate(expression::operation("@", {a, b}), here())), expected);
  EXPECT_EQ(list(evaluate(dot(2, a) - a, here())), a_.values);
  expect_error<shape_error>(
      [&] {
        evaluate(matmul(a, array::zeros(float64, {3, 3})), here());
      },
      {"`matmul`", "(17, 17) (v0) and (3, 3) (v1)"});
}

TEST_P(MatmulCalls, CompiledFunctionsServeAllShapes) {
  const function made = compile("sum(a @ b, axis=-1)", {{"a", float64}, {"b", float64}},
                                {.device = GetParam().device, .tier = GetParam().tier});
  for (const std::int64_t n : {1, 2, 5, 17, 64}) {
    const square a(n, 3);
    const square b(n, 5);
    const std::vector<double> got = list(made({{"a", a.view()}, {"b", b.view()}}));
    const square product = a.times(b);
    for (std::int64_t i = 0; i < n; ++i) {
      double sum = 0;
      for (std::int64_t j = 0; j < n; ++j) {
        sum += product.at(i, j);
      }
      EXPECT_EQ(got[static_cast<std::size_t>(i)], sum) << n;
    }
  }
  EXPECT_EQ(made.type(), float64);
}

TEST_P(MatmulCalls, AnyNumberOfThreadsGivesTheSameWholeNumbers) {
  const square a(150, 3);
  const square b(150, 5);
  const std::vector<double> expected = a.times(b).values;
  for (const int threads : {0, 1, 2, 64}) {
    evaluate_options options = here();
    options.threads = threads;
    EXPECT_EQ(list(evaluate("a @ b", {{"a", a.view()}, {"b", b.view()}}, options)), expected) << threads;
  }
}

TEST_P(MatmulCalls, EightThreadsMayCallAtOnce) {
  const function made = compile("exp(0*a) @ b + a @ b", {{"a", float64}, {"b", float64}},
                                {.device = GetParam().device, .tier = GetParam().tier});
  std::atomic<int> wrong = 0;
  std::vector<std::thread> callers;
  for (int t = 0; t < 8; ++t) {
    callers.emplace_back([&, t] {
      const square a(30 + t, 3);
      const square b(30 + t, 5);
      const std::vector<double> expected = a.each([](double x) { return x + 1; }).times(b).values;
      for (int turn = 0; turn < 20; ++turn) {
        wrong += list(made({{"a", a.view()}, {"b", b.view()}})) == expected ? 0 : 1;
      }
    });
  }
  for (std::thread& each : callers) {
    each.join();
  }
  EXPECT_EQ(wrong, 0);
}

INSTANTIATE_TEST_SUITE_P(Runs, MatmulCalls, ::testing::ValuesIn(testing::planned_runs()), testing::run_name);

}  // namespace
}  // namespace gpucompute
