// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace gpucompute::bench {

/// A counter's hash: element i has its value whoever computes it. (The finaliser of SplitMix64.)
constexpr std::uint64_t mixed(std::uint64_t counter) {
  counter += 0x9e3779b97f4a7c15U;
  counter = (counter ^ counter >> 30) * 0xbf58476d1ce4e5b9U;
  counter = (counter ^ counter >> 27) * 0x94d049bb133111ebU;
  return counter ^ counter >> 31;
}

/// In [low, high).
constexpr double uniform(std::uint64_t seed, std::uint64_t i, double low, double high) {
  const double unit = static_cast<double>(mixed(seed + i) >> 11) * 0x1p-53;
  return low + (high - low) * unit;
}

}  // namespace gpucompute::bench
