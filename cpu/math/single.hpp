// SPDX-License-Identifier: Apache-2.0
#pragma once

// Functions that float32 has kernels of its own for.

#include "cpu/math/parts.hpp"
#include "cpu/math/polynomials.hpp"
#include "cpu/math/sleef.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// Zero, subnormal, negative, infinite and NaN.
[[gnu::cold, gnu::noinline]] inline vector_f32 log_of_others(vector_f32 a) { return sleef::log(a); }

/// a = 2^k (1 + f) with 1 + f in [sqrt(1/2), sqrt(2)], then k ln 2 + f - f^2 / 2 + f^3 p(f).
inline vector_f32 log(vector_f32 a) {
  constexpr std::int32_t root_of_half = 0x3f3504f3;
  const auto k = (to_bits(a) - root_of_half) >> f32::mantissa_bits;
  const auto f = from_bits(to_bits(a) - (k << f32::mantissa_bits)) - 1.0F;
  const auto whole = __builtin_convertvector(k, vector_f32);
  const auto square = f * f;
  // The first part of ln 2 has 16 bits, so that its product with k is exact.
  const auto rest =
      fma(square * f, polynomial(f, polynomials<f32>::log), fma(square, splat<f32>(-0.5F), whole * 0x1.7f7d1cp-20F));
  const auto leading = quick_two_sum(whole * 0x1.62e4p-1F, f);
  const auto result = leading.high + (leading.low + rest);
  if (any_but_positive_normal(a)) [[unlikely]] {
    return ((a >= f32::smallest_normal) & (a < f32::infinity)) ? result : log_of_others(a);
  }
  return result;
}

/// erfc(a) for a from 0 to 11 as exp(-a^2) r(u) / (a + 3) with u = 1 / (a + 3), of which u is an estimate. In float64 all
/// squares are exact and all results normal.
inline vector_f64 erfc_wide(vector_f64 a, vector_f64 estimate) {
  const auto square = a * a;
  const auto shifted = fnma(square, splat<f64>(reductions<f64>::log2_e), splat<f64>(f64::round_by_adding));
  const auto n = shifted - f64::round_by_adding;
  const auto rest = fma(n, splat<f64>(reductions<f64>::ln2[0]), square);
  const auto u = fma(fnma(estimate, a + 3.0, splat<f64>(1.0)), estimate, estimate);
  const auto mantissa = polynomial(rest, polynomials<f32>::exp_of_minus) * (u * polynomial(u, polynomials<f32>::erfc));
  return from_bits(to_bits(mantissa) + (to_bits(shifted) << f64::mantissa_bits));
}
inline vector_f32 erfc(vector_f32 a) {
  const auto size = at_most(abs(a), 10.5F);  // where erfc is 0 already
  const auto estimate = 1.0F / (size + 3.0F);
  const auto result =
      narrow(erfc_wide(widen_lower(size), widen_lower(estimate)), erfc_wide(widen_upper(size), widen_upper(estimate)));
  return a < 0.0F ? 2.0F - result : result;
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
