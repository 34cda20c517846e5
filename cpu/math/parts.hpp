// SPDX-License-Identifier: Apache-2.0
#pragma once

// Sums, products and quotients that keep what they round off.

#include "cpu/math/vector.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// The unevaluated sum high + low, |low| at most some units in the last place of high.
template <typename F>
struct parts {
  typename F::vec high;
  typename F::vec low;
};
f64 lane_of(vector_f64);
f32 lane_of(vector_f32);
template <typename Vec>
using parts_of = parts<decltype(lane_of(Vec{}))>;

/// a + b exactly, for any order of magnitudes.
template <typename Vec>
parts_of<Vec> two_sum(Vec a, Vec b) {
  const auto sum = a + b;
  const auto part = sum - a;
  return {sum, (a - (sum - part)) + (b - part)};
}
/// a + b exactly, for |a| >= |b|, for a == 0, and wherever a is a multiple of the last place of b.
template <typename Vec>
parts_of<Vec> quick_two_sum(Vec a, Vec b) {
  const auto sum = a + b;
  return {sum, b - (sum - a)};
}
template <typename Vec>
parts_of<Vec> two_product(Vec a, Vec b) {
  const auto product = a * b;
  return {product, fma(a, b, -product)};
}
/// a / b rounded, to within a thousandth of its last place: for quotients that are neither subnormal nor infinite.
template <typename F>
typename F::vec quotient(parts<F> a, parts<F> b) {
  const auto reciprocal = 1 / b.high;
  const auto estimate = a.high * reciprocal;
  const auto rest = fnma(estimate, b.high, a.high) + fnma(estimate, b.low, a.low);
  return fma(rest, reciprocal, estimate);
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
