// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <map>
#include <string>

#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/math/call.hpp"

// Where C99 (Annex F) fixes a result, the library gives it, sign of zero included: the C library is the reference.
// What C has not follows NumPy, and is spelt out.
namespace gpucompute::cpu::math {
namespace {

using unary = double (*)(double);
using binary = double (*)(double, double);

double sign_of_zero(double magnitude, double a) { return std::copysign(magnitude, a); }
double sinpi(double a) {
  if (!std::isfinite(a)) return std::numeric_limits<double>::quiet_NaN();
  const double r = std::remainder(a, 2.0);
  if (r == std::trunc(r)) return sign_of_zero(0.0, a);
  return std::abs(r) == 0.5 ? std::copysign(1.0, r) : std::sin(3.141592653589793 * r);
}
double cospi(double a) {
  if (!std::isfinite(a)) return std::numeric_limits<double>::quiet_NaN();
  const double r = std::abs(std::remainder(a, 2.0));
  if (r == 0 || r == 0.5 || r == 1) return r == 0 ? 1.0 : r == 1 ? -1.0 : 0.0;
  return std::cos(3.141592653589793 * r);
}
double sinc(double a) {
  if (std::isinf(a)) return std::numeric_limits<double>::quiet_NaN();
  if (a == 0) return 1.0;
  return a == std::trunc(a) ? 0.0 : sinpi(a) / (3.141592653589793 * a);
}
double log_hypot(double a, double b) {
  return static_cast<double>(std::log(std::hypot(static_cast<long double>(a), static_cast<long double>(b))));
}
double logaddexp(double a, double b) {
  if (a == b) return a + 0.6931471805599453;
  const double larger = a > b ? a : b;
  return a - b != a - b ? a + b : larger + std::log1p(std::exp(-std::abs(a - b)));
}
double logaddexp2(double a, double b) {
  if (a == b) return a + 1;
  const double larger = a > b ? a : b;
  return a - b != a - b ? a + b : larger + std::log1p(std::exp2(-std::abs(a - b))) / 0.6931471805599453;
}

const std::map<std::string, unary>& unary_references() {
  static const std::map<std::string, unary> all{
      {"sin", std::sin},     {"cos", std::cos},       {"tan", std::tan},       {"arcsin", std::asin},
      {"arccos", std::acos}, {"arctan", std::atan},   {"sinh", std::sinh},     {"cosh", std::cosh},
      {"tanh", std::tanh},   {"arcsinh", std::asinh}, {"arccosh", std::acosh}, {"arctanh", std::atanh},
      {"exp", std::exp},     {"exp2", std::exp2},     {"expm1", std::expm1},   {"log", std::log},
      {"log2", std::log2},   {"log10", std::log10},   {"log1p", std::log1p},   {"cbrt", std::cbrt},
      {"erf", std::erf},     {"erfc", std::erfc},     {"gamma", std::tgamma},  {"lgamma", std::lgamma},
      {"sinpi", sinpi},      {"cospi", cospi},        {"sinc", sinc}};
  return all;
}
const std::map<std::string, binary>& binary_references() {
  static const std::map<std::string, binary> all{
      {"power", std::pow},    {"arctan2", std::atan2},  {"hypot", std::hypot},      {"fmod", std::fmod},
      {"nextafter", nullptr}, {"logaddexp", logaddexp}, {"logaddexp2", logaddexp2}, {"log_hypot", log_hypot}};
  return all;
}

std::string base_name(const entry& function) {
  const std::string name(function.name);
  return name.ends_with("_fast") ? name.substr(0, name.size() - 5) : name;
}

template <typename T>
std::vector<T> special_values() {
  using limits = std::numeric_limits<T>;
  std::vector<T> found{limits::quiet_NaN()};
  for (const T x : {T{0}, limits::denorm_min(), T{0.5}, T{1}, T{1.5}, T{2}, T{3}, T{4}, T{1024}, limits::max(),
                    limits::infinity()}) {
    found.push_back(x);
    found.push_back(-x);
  }
  return found;
}

/// NaN, infinities and signed zeros have to agree; other values only in sign and roughly.
template <typename T>
void expect_agrees(const entry& function, T got, double reference, T a, T b) {
  const T expected = static_cast<T>(reference);
  const bool special = std::isnan(expected) || std::isinf(expected) || expected == 0;
  const bool agrees =
      special ? same(got, expected) : std::abs(got - expected) <= static_cast<T>(1e-5) * std::abs(expected);
  EXPECT_TRUE(agrees) << function.symbol << '(' << a << ", " << b << ") = " << got << ", expected " << expected;
}

template <typename T>
T next_after(T a, T b) {
  return std::nextafter(a, b);
}

template <typename T>
void check(const entry& function) {
  const auto values = special_values<T>();
  const std::string base = base_name(function);
  std::vector<T> a;
  std::vector<T> b;
  for (const T x : values) {
    for (const T y : values) {
      a.push_back(x);
      b.push_back(y);
    }
  }
  const auto got = run_block(function, a, b);
  for (std::size_t i = 0; i < got.size(); ++i) {
    if (base == "nextafter") {
      EXPECT_TRUE(same(got[i], next_after(a[i], b[i]))) << a[i] << ' ' << b[i] << ' ' << got[i];
      continue;
    }
    const auto x = static_cast<double>(a[i]);
    const auto y = static_cast<double>(b[i]);
    const double reference = function.arity == 1 ? unary_references().at(base)(x) : binary_references().at(base)(x, y);
    expect_agrees(function, got[i], reference, a[i], b[i]);
  }
}

TEST(math_special_values, AgreeWithC99AndNumPy) {
  for (const isa set : testing::instruction_sets()) {
    for (const entry& function : entries(set)) {
      if (function.type == float32) check<float>(function);
      if (function.type == float64) check<double>(function);
    }
  }
}

}  // namespace
}  // namespace gpucompute::cpu::math
