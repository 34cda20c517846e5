// SPDX-License-Identifier: Apache-2.0
#pragma once

// sin, cos and tan of float64 from 2^27 to 1e14, where SLEEF's reduction leaves too few digits beside a multiple of pi/2: up
// to 14,000 units in the last place, from 6e9 on. Above 1e14 it reduces with all digits of pi.

#include "cpu/math/parts.hpp"
#include "cpu/math/polynomials.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

inline constexpr double far_from_zero = 0x1p27;
inline constexpr double farthest_reduced = 1e14;

/// a = n pi/2 + r with |r| at most 0.8.
struct far_angle {
  parts<f64> sine, cosine;  ///< of r
  bits_f64 n;               ///< its lowest two bits count
};

/// |a|, of which only what is in range has a meaning.
inline far_angle reduce_far(vector_f64 size) {
  const auto& half_pi = reductions<f64>::half_pi;
  const auto shifted = fma(size, splat<f64>(reductions<f64>::two_over_pi), splat<f64>(f64::round_by_adding));
  const auto n = shifted - f64::round_by_adding;
  const auto first = two_product(n, splat<f64>(half_pi[0]));
  const auto second = two_product(n, splat<f64>(half_pi[1]));
  const auto near = two_sum(size - first.high, -first.low);  // the difference is exact
  const auto nearer = two_sum(near.high, -second.high);
  const auto rest = two_sum(near.low, nearer.low);
  const auto more = two_sum(rest.high, -second.low);
  const auto sum = two_sum(nearer.high, more.high);
  const auto r = quick_two_sum(sum.high, sum.low + (more.low + fma(n, splat<f64>(-half_pi[2]), rest.low)));

  // Taylor's series: what is left out is below 2^-62 of the sum.
  constexpr double sine[] = {1 / 355687428096000.0, -1 / 1307674368000.0, 1 / 6227020800.0, -1 / 39916800.0,
                             1 / 362880.0,          -1 / 5040.0,          1 / 120.0,        -1 / 6.0};
  constexpr double cosine[] = {-1 / 6402373705728000.0, 1 / 20922789888000.0, -1 / 87178291200.0, 1 / 479001600.0,
                               -1 / 3628800.0,          1 / 40320.0,          -1 / 720.0,         1 / 24.0};
  const auto square = two_product(r.high, r.high);
  const auto half = square.high * 0.5;
  const auto leading = 1 - half;
  const auto beside_sine = fma(r.high * square.high, polynomial(square.high, sine), r.low * leading);
  const auto beside_cosine = ((1 - leading) - half) - fma(r.high, r.low, square.low * 0.5);
  const auto fourth = square.high * square.high * polynomial(square.high, cosine);
  return {quick_two_sum(r.high, beside_sine), quick_two_sum(leading, beside_cosine + fourth), to_bits(shifted)};
}

/// sin(r + quadrants pi/2) with the sign of the lanes of `sign`.
inline vector_f64 sine_of_quadrant(const far_angle& angle, bits_f64 quadrants, bits_f64 sign) {
  const auto odd = (quadrants << 63) < 0;
  const auto negative = (quadrants << 62) & f64::sign_bit;
  return from_bits(to_bits(odd ? angle.cosine.high : angle.sine.high) ^ negative ^ sign);
}

/// `result` where SLEEF's is right.
template <typename Far>
vector_f64 where_far(vector_f64 a, vector_f64 result, Far far) {
  const auto size = abs(a);
  const auto mended = (size > far_from_zero) & (size < farthest_reduced);
  return mended ? far(reduce_far(size), to_bits(a) & f64::sign_bit) : result;
}

[[gnu::cold, gnu::noinline]] inline vector_f64 sin_far(vector_f64 a, vector_f64 result) {
  return where_far(a, result,
                   [](const far_angle& angle, bits_f64 sign) { return sine_of_quadrant(angle, angle.n, sign); });
}
[[gnu::cold, gnu::noinline]] inline vector_f64 cos_far(vector_f64 a, vector_f64 result) {
  return where_far(a, result,
                   [](const far_angle& angle, bits_f64) { return sine_of_quadrant(angle, angle.n + 1, bits_f64{}); });
}
[[gnu::cold, gnu::noinline]] inline vector_f64 tan_far(vector_f64 a, vector_f64 result) {
  return where_far(a, result, [](const far_angle& angle, bits_f64 sign) {
    const auto parity = angle.n << 63;
    const auto odd = parity < 0;
    const auto magnitude =
        quotient(parts<f64>{odd ? angle.cosine.high : angle.sine.high, odd ? angle.cosine.low : angle.sine.low},
                 parts<f64>{odd ? angle.sine.high : angle.cosine.high, odd ? angle.sine.low : angle.cosine.low});
    return from_bits(to_bits(magnitude) ^ parity ^ sign);
  });
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
