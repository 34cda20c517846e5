// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstring>
#include <type_traits>
#include <vector>

#include "cpu/math/library.hpp"

namespace gpucompute::cpu::math {

/// Runs an entry's `vector` on the registers at a and b; b is not read when arity is 1.
void call_avx2(void* vector, int arity, void* out, const void* a, const void* b);
void call_avx512(void* vector, int arity, void* out, const void* a, const void* b);

inline void call_vector(isa set, const entry& function, void* out, const void* a, const void* b) {
  (set == isa::avx512 ? call_avx512 : call_avx2)(function.vector, function.arity, out, a, b);
}

template <typename T>
std::vector<T> run_block(const entry& function, const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out(a.size());
  function.block(out.data(), a.data(), b.data(), a.size());
  return out;
}

/// Equal bits, or both NaN.
template <typename T>
bool same(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    if (a != a && b != b) return true;
  }
  // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison): the bits are asked for
  return std::memcmp(&a, &b, sizeof(T)) == 0;
}

}  // namespace gpucompute::cpu::math
