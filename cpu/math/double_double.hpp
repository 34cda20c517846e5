// SPDX-License-Identifier: Apache-2.0
#pragma once

// Float64 lanes with an error term: logarithm and exponential to about 70 bits, for results that would otherwise be
// lost to cancellation or to an early overflow.

#include "cpu/math/parts.hpp"
#include "cpu/math/polynomials.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

using double_double = parts<f64>;
inline double_double constant(double high, double low) { return {splat<f64>(high), splat<f64>(low)}; }

inline double_double operator+(double_double a, double_double b) {
  const auto high = two_sum(a.high, b.high);
  const auto low = two_sum(a.low, b.low);
  const auto sum = quick_two_sum(high.high, high.low + low.high);
  return quick_two_sum(sum.high, sum.low + low.low);
}
inline double_double operator+(double_double a, vector_f64 b) {
  const auto sum = two_sum(a.high, b);
  return quick_two_sum(sum.high, sum.low + a.low);
}
inline double_double operator*(double_double a, double_double b) {
  const auto product = two_product(a.high, b.high);
  return quick_two_sum(product.high, product.low + fma(a.high, b.low, a.low * b.high));
}
inline double_double operator*(double_double a, vector_f64 b) {
  const auto product = two_product(a.high, b);
  return quick_two_sum(product.high, fma(a.low, b, product.low));
}
inline double_double operator/(double_double a, double_double b) {
  const auto quotient = a.high / b.high;
  const auto rest = fma(-quotient, b.high, a.high) + fma(-quotient, b.low, a.low);
  return quick_two_sum(quotient, rest / b.high);
}
/// a times a power of two.
inline double_double scaled(double_double a, vector_f64 power) { return {a.high * power, a.low * power}; }

/// log((1 + f) * 2^k) for f in [1/sqrt(2) - 1, sqrt(2) - 1] and integral k; keeps its relative accuracy as f goes to 0
/// when k is 0.
inline double_double log_reduced(double_double f, vector_f64 k) {
  const auto s = f / (f + splat<f64>(2.0));
  const auto square = s * s;
  // 2 atanh(s) = 2s (1 + s^2/3 + s^4/5 + ...): the first four terms carry an error term, the rest does not need one.
  static constexpr double rest[] = {1.0 / 29, 1.0 / 27, 1.0 / 25, 1.0 / 23, 1.0 / 21,
                                    1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11};
  auto sum = constant(0x1.c71c71c71c71cp-4, 0x1.c71c71c71c71cp-58) + square.high * polynomial(square.high, rest);
  sum = square * sum + constant(0x1.2492492492492p-3, 0x1.2492492492492p-57);
  sum = square * sum + constant(0x1.999999999999ap-3, -0x1.999999999999ap-57);
  sum = square * sum + constant(0x1.5555555555555p-2, 0x1.5555555555555p-56);
  const auto twice = double_double{s.high + s.high, s.low + s.low};
  const auto log_mantissa = twice + twice * (square * sum);
  // The high part of ln 2 has 42 bits: k times it is exact.
  const auto log_exponent = double_double{k * 0x1.62e42fefa38p-1, splat<f64>(0.0)} +
                            constant(0x1.ef35793c7673p-45, 0x1.f97b57a079a19p-103) * k;
  return log_exponent + log_mantissa;
}

/// log(a) for positive finite a, subnormals included.
inline double_double log_extended(vector_f64 a) {
  auto k = exponent(a);
  auto mantissa = scale<f64>(a, -k);
  const auto large = mantissa > 0x1.6a09e667f3bcdp+0;
  mantissa = large ? mantissa * 0.5 : mantissa;
  k = large ? k + 1.0 : k;
  return log_reduced({mantissa - 1.0, splat<f64>(0.0)}, k);
}

/// exp(r) for |r| <= ln(2) / 2 and a little beyond.
inline double_double exp_reduced(double_double r) {
  static constexpr double rest[] = {1.0 / 355687428096000, 1.0 / 20922789888000, 1.0 / 1307674368000, 1.0 / 87178291200,
                                    1.0 / 6227020800,      1.0 / 479001600,      1.0 / 39916800,      1.0 / 3628800,
                                    1.0 / 362880,          1.0 / 40320,          1.0 / 5040};
  auto sum = constant(0x1.6c16c16c16c17p-10, -0x1.f49f49f49f49fp-65) + r.high * polynomial(r.high, rest);
  sum = r * sum + constant(0x1.1111111111111p-7, 0x1.1111111111111p-63);
  sum = r * sum + constant(0x1.5555555555555p-5, 0x1.5555555555555p-59);
  sum = r * sum + constant(0x1.5555555555555p-3, 0x1.5555555555555p-57);
  sum = r * sum + splat<f64>(0.5);
  return r * (r * sum) + r + splat<f64>(1.0);
}

/// exp(a) as a value near 1 and the power of two it is to be scaled by; |a| below 1e6.
struct scaled_double_double {
  double_double mantissa;
  vector_f64 exponent;
};
inline scaled_double_double exp_extended(double_double a) {
  const auto n = rint(a.high * 0x1.71547652b82fep+0);
  const auto high = fma(n, splat<f64>(-0x1.62e42fefa38p-1), a.high);  // exact: 42 bits of ln 2 times at most 11
  const auto rest = constant(-0x1.ef35793c7673p-45, -0x1.f97b57a079a19p-103) * n;
  return {exp_reduced(two_sum(high, a.low) + rest), n};
}
inline double_double value(scaled_double_double a) {
  return {scale<f64>(a.mantissa.high, a.exponent), scale<f64>(a.mantissa.low, a.exponent)};
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
