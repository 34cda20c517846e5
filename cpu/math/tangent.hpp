// SPDX-License-Identifier: Apache-2.0
#pragma once

// tan: a = n pi/2 + r, and with t = 2 tan(r/2), tan(r) = t / (1 - t^2/4); for odd n its negative reciprocal.

#include "cpu/math/far.hpp"
#include "cpu/math/parts.hpp"
#include "cpu/math/polynomials.hpp"
#include "cpu/math/sleef.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

[[gnu::cold, gnu::noinline]] inline vector_f64 tan_anywhere(vector_f64 a) { return tan_far(a, sleef::tan(a)); }
[[gnu::cold, gnu::noinline]] inline vector_f32 tan_anywhere(vector_f32 a) { return sleef::tan(a); }

/// Below `far`, which is so small that n is near enough to the nearest integer.
template <typename F>
typename F::vec tan_of(typename F::vec a, typename F::scalar far) {
  const auto& half_pi = reductions<F>::half_pi;
  const auto size = abs(a);
  const auto shifted = fma(size, splat<F>(reductions<F>::two_over_pi), splat<F>(F::round_by_adding));
  const auto n = shifted - F::round_by_adding;
  // The first difference is exact: below 1 and a multiple of the last place of the first part or of a. So it is a
  // multiple of the last place of the second product too, and that sum keeps its error.
  const auto exact = fma(n, splat<F>(-half_pi[0]), size);
  const auto second = n * -half_pi[1];
  const auto third = fma(n, splat<F>(-half_pi[2]), fma(n, splat<F>(-half_pi[1]), -second));
  const auto r = quick_two_sum(exact, second);

  const auto square = r.high * r.high;
  const auto cubic = square * polynomial(square, polynomials<F>::tan);
  const auto t = quick_two_sum(r.high, fma(r.high, cubic, r.low + third));
  const auto half = t.high * typename F::scalar{0.5};
  const auto cosine = fnma(half, half, splat<F>(1));
  const auto cosine_low = fnma(half, t.low, fnma(half, half, 1 - cosine));

  const auto parity = to_bits(shifted) << (F::total_bits - 1);
  const auto odd = parity < 0;
  const auto numerator = parts<F>{odd ? cosine : t.high, odd ? cosine_low : t.low};
  const auto denominator = parts<F>{odd ? t.high : cosine, odd ? t.low : cosine_low};
  const auto magnitude = quotient(numerator, denominator);
  const auto result = from_bits(to_bits(magnitude) ^ (parity ^ (to_bits(a) & F::sign_bit)));
  if (any_beyond(size, far)) [[unlikely]]
    return size < far ? result : tan_anywhere(a);
  return result;
}
inline vector_f64 tan(vector_f64 a) { return tan_of<f64>(a, 0x1p28); }
inline vector_f32 tan(vector_f32 a) { return tan_of<f32>(a, 0x1p12F); }

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
