// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstring>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <vector>

#include "cpu/interpret/tables.hpp"
#include "tests/cpu/instruction_sets.hpp"

namespace gpucompute::testing {

/// Values where something changes: ends, zeros, halves, powers of two at the widths of integers, specials.
template <typename T>
std::vector<T> edges() {
  using limits = std::numeric_limits<T>;
  if constexpr (std::is_same_v<T, bool>) {
    return {false, true};
  } else if constexpr (std::is_integral_v<T>) {
    std::vector<T> made = {limits::min(), limits::max(), 0, 1, 2, 3, 7, 8, 31, 63, 64, 100, 127};
    if (limits::is_signed) {
      for (const int each : {-1, -2, -3, -7, -8, -100}) {
        made.push_back(static_cast<T>(each));
      }
    }
    for (int bit = 6; bit < limits::digits; bit += 3) {
      made.push_back(static_cast<T>((T{1} << bit) - 1));
      made.push_back(static_cast<T>((T{1} << bit) + 1));
    }
    return made;
  } else {
    std::vector<T> made = {0,
                           T(0.25),
                           T(0.5),
                           T(0.75),
                           1,
                           T(1.5),
                           2,
                           T(2.5),
                           3,
                           100,
                           limits::min(),
                           limits::denorm_min(),
                           limits::max(),
                           limits::infinity(),
                           limits::epsilon(),
                           T(1) / 3,
                           limits::max() / 2};
    for (int power = 7; power <= 64; ++power) {
      made.push_back(std::ldexp(T(1), power));
      made.push_back(std::nextafter(std::ldexp(T(1), power), T(0)));
      made.push_back(std::ldexp(T(1), power) - T(0.5));
    }
    for (std::size_t k = made.size(); k-- > 0;) {
      made.push_back(-made[k]);
    }
    made.push_back(limits::quiet_NaN());
    return made;
  }
}

/// Equal bits, or both NaN.
template <typename T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a || b != b) {
      return a != a && b != b;
    }
  }
  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the bits are asked for
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

}  // namespace gpucompute::testing
