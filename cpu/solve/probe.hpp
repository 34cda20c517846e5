// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>

namespace gpucompute::cpu {

/// Entry i of the right-hand side that screens the condition: pseudo-random (the finaliser of SplitMix64), of a modulus from
/// 1/2 to 1, the same every time and exact in float32. Signs alone would not do: where two rows are equal, the one direction
/// that tells is e_i - e_j, which signs miss every other time.
constexpr double probe_entry(std::uint64_t i) {
  std::uint64_t bits = (i + 1) * 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
  bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
  bits ^= bits >> 31U;
  const double modulus = 0.5 + static_cast<double>((bits >> 1U) & 0x3fffffU) * 0x1p-23;
  return (bits & 1U) != 0 ? -modulus : modulus;
}

/// The first ones, for systems whose elimination takes no longer than making them.
inline constexpr auto first_probe_entries = [] {
  std::array<double, 64> all{};
  for (std::uint64_t i = 0; i < all.size(); ++i) {
    all[i] = probe_entry(i);
  }
  return all;
}();

}  // namespace gpucompute::cpu
