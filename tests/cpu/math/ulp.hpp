// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>

namespace gpucompute::cpu::math {

/// The unit in the last place of T at this magnitude; with `below`, of the binade below a power of two.
template <typename T>
double unit(double magnitude, bool below = false) {
  using limits = std::numeric_limits<T>;
  int exponent = 0;
  const double fraction = std::frexp(std::abs(magnitude), &exponent);
  if (below && fraction == 0.5) --exponent;
  return std::ldexp(1.0, std::max(exponent, limits::min_exponent) - limits::digits);
}

/// |got - exact| in units of T at max(|exact|, scale); infinite where NaN, an infinity or a zero's sign is wrong.
template <typename T>
double ulp_distance(T got, double exact, double scale) {
  constexpr double wrong = std::numeric_limits<double>::infinity();
  const T nearest = static_cast<T>(exact);
  if (std::isnan(nearest) || std::isnan(got)) return std::isnan(nearest) && std::isnan(got) ? 0 : wrong;
  if (std::isinf(nearest) || std::isinf(got)) return got == nearest ? 0 : wrong;
  if (exact == 0 && got == 0) return std::signbit(exact) == std::signbit(got) ? 0 : wrong;
  return std::abs(static_cast<double>(got) - exact) / unit<T>(std::max(std::abs(exact), scale));
}

}  // namespace gpucompute::cpu::math
