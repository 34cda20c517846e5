// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <random>
#include <vector>

namespace gpucompute::testing {

/// Uniform in -10 .. 10.
inline std::vector<double> numbers(std::size_t count, unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> uniform(-10, 10);
  std::vector<double> made(count);
  for (double& each : made) {
    each = uniform(random);
  }
  return made;
}

}  // namespace gpucompute::testing
