// SPDX-License-Identifier: Apache-2.0
#pragma once

// exp and expm1: a = k ln 2 + r with |r| <= ln(2) / 2, then 2^k (1 + r + r^2 p(r)). Sums and products that reach the last
// place of the result keep what they round off, and r what its own rounding lost.

#include "cpu/math/parts.hpp"
#include "cpu/math/polynomials.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// a = k ln 2 + high + low, |low| below half a unit in the last place of high. `shifted` has k in its lowest bits.
template <typename F>
struct reduced_exponent {
  typename F::vec shifted;
  typename F::vec k;
  typename F::vec high;
  typename F::vec low;
};
/// For |a| up to the logarithm of the largest number and a little beyond. The first difference is exact: it is below 1
/// and a multiple of the last place of the first part of ln 2, or of a.
template <typename F>
reduced_exponent<F> reduce_exponent(typename F::vec a) {
  using constants = reductions<F>;
  const auto shifted = fma(a, splat<F>(constants::log2_e), splat<F>(F::round_by_adding));
  const auto k = shifted - F::round_by_adding;
  const auto exact = fma(k, splat<F>(-constants::ln2[0]), a);
  const auto high = fma(k, splat<F>(-constants::ln2[1]), exact);
  return {shifted, k, high, fma(k, splat<F>(-constants::ln2[1]), exact - high)};
}

template <typename F>
typename F::vec exp_within(typename F::vec a) {
  const auto r = reduce_exponent<F>(a);
  const auto rest = fma(r.high * r.high, polynomial(r.high, polynomials<F>::exp), r.low);
  const auto leading = quick_two_sum(splat<F>(1), r.high);
  return scale<F>(leading.high + (leading.low + rest), r.k);
}
/// Beyond the limits the result is an infinity or zero.
inline vector_f64 exp(vector_f64 a) { return exp_within<f64>(at_least(at_most(a, 710.0), -746.0)); }
inline vector_f32 exp(vector_f32 a) { return exp_within<f32>(at_least(at_most(a, 89.0F), -104.0F)); }

/// exp(a) - 1 as high + low, for a whose 2^k is a normal number.
template <typename F>
parts<F> expm1_within(typename F::vec a) {
  const auto r = reduce_exponent<F>(a);
  const auto power = power_of_two(r.k);
  const auto cubic = r.high * r.high * (r.high * polynomial(r.high, polynomials<F>::expm1));
  const auto rest = fma(r.high * typename F::scalar{0.5}, r.high, cubic + r.low);
  const auto whole = power - 1;
  const auto lost = (power - whole) - 1;  // not 0 where 2^k has no room for the 1
  const auto leading = quick_two_sum(whole, power * r.high);
  return {leading.high, fma(power, rest, leading.low + lost)};
}
/// Above `large` the 1 does not count, below `small` nothing else does.
template <typename F>
typename F::vec expm1_of(typename F::vec a, typename F::scalar small, typename F::scalar large) {
  const auto sum = expm1_within<F>(at_least(at_most(a, large), small));
  const auto result = copysign(sum.high + sum.low, a);
  if (any_beyond(a, large)) [[unlikely]]
    return a < large ? result : exp(a);
  return result;
}
inline vector_f64 expm1(vector_f64 a) { return expm1_of<f64>(a, -50.0, 709.0); }
inline vector_f32 expm1(vector_f32 a) { return expm1_of<f32>(a, -25.0F, 88.0F); }

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
