// SPDX-License-Identifier: Apache-2.0
#pragma once

// Logarithms of sums, which cancel where the sum is near 1: there float64 goes through double-double. float32 goes
// through float64.

#include "cpu/math/elementary.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// log(1 + e) for e in [0, 1]. Below 2^-110 it is e, which has no room for an error term when subnormal.
inline double_double log_one_plus(double_double e) {
  const auto large = e.high > 0x1.a827999fcef32p-2;  // 1 + e above sqrt(2) is halved first
  const auto halved = scaled(e + splat<f64>(-1.0), splat<f64>(0.5));
  const auto logarithm = log_reduced({large ? halved.high : e.high, large ? halved.low : e.low},
                                     large ? splat<f64>(1.0) : splat<f64>(0.0));
  const auto tiny = e.high < 0x1p-110;
  return {tiny ? e.high : logarithm.high, tiny ? splat<f64>(0.0) : logarithm.low};
}

/// What logaddexp and logaddexp2 share: the larger operand, and the other minus it, cut off where its power is 0.
struct ordered_pair {
  vector_f64 larger;
  double_double difference;
};
inline ordered_pair order(vector_f64 a, vector_f64 b) {
  const auto larger = a < b ? b : a;
  const auto difference = two_sum(a < b ? a : b, -larger);
  const auto counts = difference.high > -1100.0;
  return {larger, {counts ? difference.high : splat<f64>(-1100.0), counts ? difference.low : splat<f64>(0.0)}};
}
/// The sum, but for NaN and a larger operand that is infinite, which may have no difference to the other.
inline vector_f64 finished(vector_f64 a, vector_f64 b, vector_f64 sum) {
  const auto larger = a < b ? b : a;
  const auto special = abs(larger) == f64::infinity ? larger : sum;
  return ((a == a) & (b == b)) ? special : a + b;
}
/// Lanes where a negative operand cancels against the logarithm, whose own error would then show.
inline bits_f64 cancels(vector_f64 larger, vector_f64 logarithm, vector_f64 sum) {
  return (larger < 0.0) & (abs(sum) < logarithm + logarithm);
}

[[gnu::cold, gnu::noinline]] inline vector_f64 logaddexp_cancelling(ordered_pair pair) {
  return (log_one_plus(value(exp_extended(pair.difference))) + pair.larger).high;
}
inline vector_f64 logaddexp(vector_f64 a, vector_f64 b) {
  const auto pair = order(a, b);
  const auto power = sleef::exp(pair.difference.high);
  const auto logarithm = sleef::log1p(fma(power, pair.difference.low, power));
  auto sum = pair.larger + logarithm;
  const auto rare = cancels(pair.larger, logarithm, sum);
  if (rarely(rare)) sum = rare ? logaddexp_cancelling(pair) : sum;
  return finished(a, b, sum);
}

[[gnu::cold, gnu::noinline]] inline vector_f64 logaddexp2_cancelling(ordered_pair pair) {
  const auto whole = rint(pair.difference.high);
  const auto fraction = two_sum(pair.difference.high - whole, pair.difference.low);
  const auto power = exp_reduced(fraction * constant(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56));
  const auto logarithm = log_one_plus(value({power, whole}));
  return (logarithm * constant(0x1.71547652b82fep+0, 0x1.777d0ffda0d24p-56) + pair.larger).high;
}
inline vector_f64 logaddexp2(vector_f64 a, vector_f64 b) {
  const auto pair = order(a, b);
  const auto power = sleef::exp2(pair.difference.high);
  const auto natural = sleef::log1p(fma(power, pair.difference.low * 0x1.62e42fefa39efp-1, power));
  const auto logarithm = two_product(natural, splat<f64>(0x1.71547652b82fep+0));
  const auto exact_sum = two_sum(pair.larger, logarithm.high);
  auto sum = exact_sum.high + (exact_sum.low + fma(natural, splat<f64>(0x1.777d0ffda0d24p-56), logarithm.low));
  const auto rare = cancels(pair.larger, logarithm.high, sum);
  if (rarely(rare)) sum = rare ? logaddexp2_cancelling(pair) : sum;
  return finished(a, b, sum);
}
inline vector_f32 logaddexp(vector_f32 a, vector_f32 b) {
  return through_f64(
      [](vector_f64 x, vector_f64 y) {
        const auto larger = x < y ? y : x;
        const auto result = larger + sleef::log1p(sleef::exp((x < y ? x : y) - larger));
        return x == y ? x + 0x1.62e42fefa39efp-1 : result;  // equal infinities have no difference
      },
      a, b);
}
inline vector_f32 logaddexp2(vector_f32 a, vector_f32 b) {
  return through_f64(
      [](vector_f64 x, vector_f64 y) {
        const auto larger = x < y ? y : x;
        const auto power = sleef::exp2((x < y ? x : y) - larger);
        const auto result = larger + sleef::log1p(power) * 0x1.71547652b82fep+0;
        return x == y ? x + 1.0 : result;
      },
      a, b);
}

/// log(sqrt(a^2 + b^2)), without an overflow and exact to the last bits where the sum is near 1. An infinite operand
/// gives infinity whatever the other is, as in hypot.
inline vector_f64 log_hypot(vector_f64 a, vector_f64 b) {
  const auto x = abs(a);
  const auto y = abs(b);
  const auto larger = x > y ? x : y;
  const auto smaller = x > y ? y : x;
  const auto usual = (larger > 0.0) & (larger < f64::infinity) & (smaller == smaller);

  // Scaled so that the larger one is in [1, 2), the sum of squares in [1, 8), then again to [1/sqrt(2), sqrt(2)].
  auto k = exponent(usual ? larger : splat<f64>(1.0));
  const auto p = scale<f64>(usual ? larger : splat<f64>(1.0), -k);
  const auto q = scale<f64>(usual ? smaller : splat<f64>(0.0), -k);
  const auto pp = two_product(p, p);
  const auto qq = two_product(q, q);
  const auto sum = pp.high + qq.high;
  const auto halvings = (sum > 0x1.6a09e667f3bcdp+0 ? splat<f64>(1.0) : splat<f64>(0.0)) +
                        (sum > 0x1.6a09e667f3bcdp+1 ? splat<f64>(1.0) : splat<f64>(0.0)) +
                        (sum > 0x1.6a09e667f3bcdp+2 ? splat<f64>(1.0) : splat<f64>(0.0));
  const auto power = power_of_two(-halvings);

  // f = sum - 1 with the error of every step kept, since all leading parts may cancel.
  const auto first = two_sum(pp.high * power, splat<f64>(-1.0));
  const auto leading = two_sum(first.high, qq.high * power);
  const auto errors = two_sum(first.low, leading.low);
  const auto lows = two_sum(pp.low * power, qq.low * power);
  const auto rest = two_sum(errors.high, lows.high);
  auto f = two_sum(leading.high, rest.high);
  f = quick_two_sum(f.high, f.low + (rest.low + errors.low + lows.low));

  const auto n = k + k + halvings;
  const auto logarithm = sleef::log1p(f.high) + fma(n, splat<f64>(0x1.ef35793c7673p-45), f.low / (1.0 + f.high));
  const auto sum_of_logs = fma(n, splat<f64>(0x1.62e42fefa38p-1), logarithm);  // the product is exact
  // Where f is all there is, log1p and the halving must not round a subnormal twice.
  const auto result = 0.5 * (((abs(f.high) < 0x1p-60) & (n == 0.0)) ? f.high : sum_of_logs);
  const auto any_infinite = (x == f64::infinity) | (y == f64::infinity);
  const auto zero = (x == 0.0) & (y == 0.0);
  const auto unusual = any_infinite ? splat<f64>(f64::infinity) : zero ? splat<f64>(-f64::infinity) : x + y;
  return usual ? result : unusual;
}
inline vector_f32 log_hypot(vector_f32 a, vector_f32 b) {
  return through_f64(
      [](vector_f64 x, vector_f64 y) {
        const auto larger = abs(x) > abs(y) ? abs(x) : abs(y);
        const auto smaller = abs(x) > abs(y) ? abs(y) : abs(x);
        // Squares of float32 values are exact here, and so is the larger one less 1 where the sum is near 1.
        const auto near_one = (larger > 0.5) & (larger < 1.25);
        const auto f = fma(smaller, smaller, fma(larger, larger, splat<f64>(-1.0)));
        const auto sum = fma(larger, larger, smaller * smaller);
        const auto result = 0.5 * (near_one ? sleef::log1p(f) : sleef::log(sum));
        const auto any_infinite = (abs(x) == f64::infinity) | (abs(y) == f64::infinity);
        return any_infinite ? splat<f64>(f64::infinity) : result;
      },
      a, b);
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
