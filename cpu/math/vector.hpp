// SPDX-License-Identifier: Apache-2.0
#pragma once

// What follows from a vector layer alone: element kinds, bit tricks, scaling. GPUCOMPUTE_MATH_LAYER names the header
// of that layer. Every name lives in the namespace of its instruction set, so that no inline function compiled for one
// set can be merged by the linker with its namesake compiled for another.

#include <cstddef>
#include <cstdint>
#include <limits>

#include GPUCOMPUTE_MATH_LAYER

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

// Compilers differ in whether 64-bit lanes compare to vectors of long or of long long.
using bits_f64 = decltype(vector_f64{} == vector_f64{});
using bits_f32 = decltype(vector_f32{} == vector_f32{});

/// One kind of lane: its scalar, its register, and the layout of its bits.
struct f64 {
  using scalar = double;
  using vec = vector_f64;
  using bits = bits_f64;
  static constexpr int lanes = register_bytes / 8;
  static constexpr int total_bits = 64;
  static constexpr int digits = 53;
  static constexpr int mantissa_bits = 52;
  static constexpr int exponent_bias = 1023;
  static constexpr std::int64_t exponent_mask = 0x7ff;
  static constexpr std::int64_t bits_of_one = 0x3ff0000000000000;
  static constexpr std::int64_t sign_bit = std::numeric_limits<std::int64_t>::min();
  static constexpr double infinity = std::numeric_limits<double>::infinity();
  static constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  static constexpr double smallest_normal = std::numeric_limits<double>::min();
  static constexpr double round_by_adding = 0x1.8p52;  ///< leaves a rounded |a| < 2^51 in the lowest bits
};

struct f32 {
  using scalar = float;
  using vec = vector_f32;
  using bits = bits_f32;
  static constexpr int lanes = register_bytes / 4;
  static constexpr int total_bits = 32;
  static constexpr int digits = 24;
  static constexpr int mantissa_bits = 23;
  static constexpr int exponent_bias = 127;
  static constexpr std::int32_t exponent_mask = 0xff;
  static constexpr std::int32_t bits_of_one = 0x3f800000;
  static constexpr std::int32_t sign_bit = std::numeric_limits<std::int32_t>::min();
  static constexpr float infinity = std::numeric_limits<float>::infinity();
  static constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  static constexpr float smallest_normal = std::numeric_limits<float>::min();
  static constexpr float round_by_adding = 0x1.8p23F;
};

inline bool any(bits_f64 mask) { return any_f64(reinterpret_cast<vector_bits>(mask)); }
inline bool any(bits_f32 mask) { return any_f32(reinterpret_cast<vector_bits>(mask)); }
/// For guards: the branch is laid out for "no lane".
template <typename Bits>
bool rarely(Bits mask) {
  return __builtin_expect(any(mask), 0);
}

template <typename F>
typename F::vec splat(typename F::scalar value) {
  return typename F::vec{} + value;
}
template <typename F>
typename F::vec load(const typename F::scalar* from) {
  typename F::vec result;
  __builtin_memcpy(&result, from, register_bytes);
  return result;
}
template <typename F>
void store(typename F::scalar* to, typename F::vec value) {
  __builtin_memcpy(to, &value, register_bytes);
}

inline bits_f64 to_bits(vector_f64 a) { return reinterpret_cast<bits_f64>(a); }
inline bits_f32 to_bits(vector_f32 a) { return reinterpret_cast<bits_f32>(a); }
inline vector_f64 from_bits(bits_f64 a) { return reinterpret_cast<vector_f64>(a); }
inline vector_f32 from_bits(bits_f32 a) { return reinterpret_cast<vector_f32>(a); }

inline vector_f64 abs(vector_f64 a) { return from_bits(to_bits(a) & ~f64::sign_bit); }
inline vector_f32 abs(vector_f32 a) { return from_bits(to_bits(a) & ~f32::sign_bit); }
inline vector_f64 copysign(vector_f64 magnitude, vector_f64 sign) {
  return from_bits((to_bits(magnitude) & ~f64::sign_bit) | (to_bits(sign) & f64::sign_bit));
}
inline vector_f32 copysign(vector_f32 magnitude, vector_f32 sign) {
  return from_bits((to_bits(magnitude) & ~f32::sign_bit) | (to_bits(sign) & f32::sign_bit));
}

/// 2^n for integral n between the exponents of the smallest and the largest normal number.
inline vector_f64 power_of_two(vector_f64 n) {
  constexpr double magic = 0x1p52 + f64::exponent_bias;  // leaves n + bias in the lowest mantissa bits
  return from_bits(to_bits(n + magic) << f64::mantissa_bits);
}
inline vector_f32 power_of_two(vector_f32 n) {
  constexpr float magic = 0x1p23F + f32::exponent_bias;
  return from_bits(to_bits(n + magic) << f32::mantissa_bits);
}

/// a * 2^n for integral |n| up to twice the exponent bias, rounded once if a is near 1 or the result is normal.
template <typename F>
typename F::vec scale(typename F::vec a, typename F::vec n) {
  if constexpr (scales_at_once) return scale_at_once(a, n);
  const auto half = trunc(n * typename F::scalar{0.5});
  return a * power_of_two(half) * power_of_two(n - half);
}

/// floor(log2(a)) of a positive finite a, subnormals included.
inline vector_f64 exponent(vector_f64 a) {
  const auto subnormal = a < f64::smallest_normal;
  const auto biased = (to_bits(subnormal ? a * 0x1p54 : a) >> f64::mantissa_bits) & f64::exponent_mask;
  const auto shifted = from_bits(biased | std::int64_t{0x4330000000000000}) - (0x1p52 + f64::exponent_bias);
  return subnormal ? shifted - 54.0 : shifted;
}
inline vector_f32 exponent(vector_f32 a) {
  const auto subnormal = a < f32::smallest_normal;
  const auto biased = (to_bits(subnormal ? a * 0x1p25F : a) >> f32::mantissa_bits) & f32::exponent_mask;
  const auto shifted = from_bits(biased | 0x4b000000) - (0x1p23F + f32::exponent_bias);
  return subnormal ? shifted - 25.0F : shifted;
}

/// Applies a float64 function to float32 lanes.
template <typename Function>
vector_f32 through_f64(Function function, vector_f32 a) {
  return narrow(function(widen_lower(a)), function(widen_upper(a)));
}
template <typename Function>
vector_f32 through_f64(Function function, vector_f32 a, vector_f32 b) {
  return narrow(function(widen_lower(a), widen_lower(b)), function(widen_upper(a), widen_upper(b)));
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
