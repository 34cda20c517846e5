// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/codegen/helper.hpp"

namespace gpucompute::cuda {

// Integer operations that are defined for every argument. A helper comes after those that it names.
inline constexpr helper integer_helpers[] = {
    {"gc_saturate", R"(
// Truncates; out of range gives the nearest integer, NaN gives 0.
template <typename Integer, typename Float>
__device__ __forceinline__ Integer gc_saturate(Float x) {
  constexpr bool is_signed = (Integer)-1 < (Integer)1;
  constexpr int bits = 8 * (int)sizeof(Integer) - is_signed;
  constexpr Integer highest = (Integer)(~0ULL >> (64 - bits));
  constexpr Integer lowest = is_signed ? (Integer)(-(long long)highest - 1) : (Integer)0;
  const Float limit = (Float)(1ULL << (bits - 1)) * 2;
  if (!(x > (is_signed ? -limit : (Float)0))) {
    return x == x ? lowest : (Integer)0;
  }
  return x >= limit ? highest : (Integer)x;
}
)"},
    {"gc_is_minus_one", R"(
template <typename Integer>
__device__ __forceinline__ bool gc_is_minus_one(Integer x) {
  return (Integer)-1 < (Integer)1 && x == (Integer)-1;
}
)"},
    {"gc_quotient", R"(
// Truncated; x / 0 is 0, lowest / -1 wraps.
template <typename Integer>
__device__ __forceinline__ Integer gc_quotient(Integer a, Integer b) {
  return b == 0 ? (Integer)0 : gc_is_minus_one(b) ? (Integer)(0ULL - (unsigned long long)a) : (Integer)(a / b);
}
)"},
    {"gc_remainder", R"(
// C's %; x % 0 is 0, lowest % -1 is 0.
template <typename Integer>
__device__ __forceinline__ Integer gc_remainder(Integer a, Integer b) {
  return b == 0 || gc_is_minus_one(b) ? (Integer)0 : (Integer)(a % b);
}
)"},
    {"gc_power", R"(
// Wraps. A negative exponent gives what integer division of 1 gives: 1 for 1, 1 or -1 for -1, else 0.
template <typename Integer>
__device__ __forceinline__ Integer gc_power(Integer base, Integer exponent) {
  if (exponent < (Integer)1 && exponent != 0) {
    const bool even = ((long long)exponent & 1) == 0;
    return base == 1 || (gc_is_minus_one(base) && even) ? (Integer)1 : gc_is_minus_one(base) ? base : (Integer)0;
  }
  unsigned long long result = 1;
  unsigned long long square = (unsigned long long)base;
  for (unsigned long long bits = (unsigned long long)exponent; bits != 0; bits >>= 1) {
    result *= (bits & 1) != 0 ? square : 1;
    square *= square;
  }
  return (Integer)result;
}
)"},
    {"gc_shift_left", R"(
template <typename Integer>
__device__ __forceinline__ Integer gc_shift_left(Integer a, Integer by) {
  return (unsigned long long)by < 8 * sizeof(Integer) ? (Integer)((unsigned long long)a << by) : (Integer)0;
}
)"},
    {"gc_shift_right", R"(
// A shift out of range leaves 0, or the sign.
template <typename Integer>
__device__ __forceinline__ Integer gc_shift_right(Integer a, Integer by) {
  constexpr bool is_signed = (Integer)-1 < (Integer)1;
  if ((unsigned long long)by < 8 * sizeof(Integer)) {
    return (Integer)(a >> by);
  }
  return is_signed ? (Integer)(a >> (8 * (int)sizeof(Integer) - 1)) : (Integer)0;
}
)"},
};

}  // namespace gpucompute::cuda
