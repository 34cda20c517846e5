// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/range.hpp"

#include <cmath>
#include <limits>

namespace gpucompute::solving {

bool is_tiny(double largest, dtype type) {
  return largest > 0 && !(largest > std::ldexp(1.0, -largest_moderate(type)));
}
bool is_huge(double largest, dtype type) { return !(largest < std::ldexp(1.0, largest_moderate(type))); }
bool is_moderate(double largest, dtype type) { return !is_tiny(largest, type) && !is_huge(largest, type); }

int exponent_to_moderate(double largest, dtype type) {
  if (is_moderate(largest, type)) {
    return 0;
  }
  return exponent_to_one(largest) + (is_huge(largest, type) ? largest_moderate(type) - 1 : 0);
}

int exponent_to_one(double largest) { return largest > 0 && std::isfinite(largest) ? -std::ilogb(largest) : 0; }

double largest_number(dtype type) {
  return component(type) == float32 ? std::numeric_limits<float>::max() : std::numeric_limits<double>::max();
}

double smallest_normal(dtype type) {
  return component(type) == float32 ? std::numeric_limits<float>::min() : std::numeric_limits<double>::min();
}

int roomy_exponent(dtype type) {
  constexpr int room = 24;
  return std::ilogb(largest_number(type)) - room;
}

}  // namespace gpucompute::solving
