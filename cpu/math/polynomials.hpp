// SPDX-License-Identifier: Apache-2.0
#pragma once

// Minimax polynomials on the reduced arguments of exp, tan and the like, and the constants of those reductions.

#include <cstddef>

#include "cpu/math/vector.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// By Horner's rule, from the highest power down to the lowest.
template <typename Vec, typename T, std::size_t N>
Vec polynomial(Vec x, const T (&coefficients)[N]) {
  Vec sum = Vec{} + coefficients[0];
  for (std::size_t i = 1; i < N; ++i) sum = fma(sum, x, Vec{} + coefficients[i]);
  return sum;
}

template <typename F>
struct polynomials;
#include "cpu/math/polynomials.inc"

/// Parts of ln 2 and pi/2 with all the digits of the type, the first one nearest, each next one nearest to the rest.
template <typename F>
struct reductions;
template <>
struct reductions<f64> {
  static constexpr double log2_e = 0x1.71547652b82fep+0;
  static constexpr double ln2[] = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  static constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
  static constexpr double half_pi[] = {0x1.921fb54442d18p+0, 0x1.1a62633145c07p-54, -0x1.f1976b7ed8fbcp-110};
};
template <>
struct reductions<f32> {
  static constexpr float log2_e = 0x1.715476p+0F;
  static constexpr float ln2[] = {0x1.62e430p-1F, -0x1.05c610p-29F};
  static constexpr float two_over_pi = 0x1.45f306p-1F;
  static constexpr float half_pi[] = {0x1.921fb6p+0F, -0x1.777a5cp-25F, -0x1.ee59dap-50F};
};

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
