// SPDX-License-Identifier: Apache-2.0
// Scalar meanings of the primitives, compiled once for each instruction set inside the namespace GPUCOMPUTE_ISA.
// Everything has internal linkage and is inlined: code made for one instruction set must not be picked by the linker
// for the other. Hence also compiler built-ins instead of the standard library.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

#include <gpucompute/dtype.hpp>

#define GPUCOMPUTE_SCALAR \
  template <typename T>   \
  [[gnu::always_inline]] static constexpr inline

namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA {

// clang-format off
template <dtype D> struct storage_of;
template <> struct storage_of<bool_> { using type = std::uint8_t; };
template <> struct storage_of<int8> { using type = std::int8_t; };
template <> struct storage_of<int16> { using type = std::int16_t; };
template <> struct storage_of<int32> { using type = std::int32_t; };
template <> struct storage_of<int64> { using type = std::int64_t; };
template <> struct storage_of<uint8> { using type = std::uint8_t; };
template <> struct storage_of<uint16> { using type = std::uint16_t; };
template <> struct storage_of<uint32> { using type = std::uint32_t; };
template <> struct storage_of<uint64> { using type = std::uint64_t; };
template <> struct storage_of<float32> { using type = float; };
template <> struct storage_of<float64> { using type = double; };
template <dtype D> using storage = typename storage_of<D>::type;
// clang-format on

template <std::size_t Bytes>
using bits_of_size = std::conditional_t<
    Bytes == 1, std::uint8_t,
    std::conditional_t<Bytes == 2, std::uint16_t, std::conditional_t<Bytes == 4, std::uint32_t, std::uint64_t>>>;
template <typename T>
using bits_of = bits_of_size<sizeof(T)>;

template <typename T>
inline constexpr int width = static_cast<int>(8 * sizeof(T));
template <typename T>
inline constexpr bool is_real = std::is_floating_point_v<T>;

/// Infinities for reals.
template <dtype D>
constexpr storage<D> highest() {
  using T = storage<D>;
  if constexpr (D == bool_) {
    return 1;
  } else if constexpr (is_real<T>) {
    return static_cast<T>(__builtin_inf());
  } else if constexpr (std::is_signed_v<T>) {
    return static_cast<T>(static_cast<bits_of<T>>(~bits_of<T>{}) >> 1);
  } else {
    return static_cast<T>(~T{});
  }
}
template <dtype D>
constexpr storage<D> lowest() {
  using T = storage<D>;
  if constexpr (is_real<T>) {
    return static_cast<T>(-__builtin_inf());
  } else {
    return std::is_signed_v<T> ? static_cast<T>(~highest<D>()) : T{0};
  }
}

GPUCOMPUTE_SCALAR bits_of<T> to_bits(T a) { return __builtin_bit_cast(bits_of<T>, a); }

/// NaN if either is; -0 is less than +0.
GPUCOMPUTE_SCALAR T minimum_of(T a, T b) {
  if constexpr (is_real<T>) {
    const T equal = __builtin_bit_cast(T, static_cast<bits_of<T>>(to_bits(a) | to_bits(b)));
    const T ordered = a < b ? a : a == b ? equal : b;
    return ((a != a) | (b != b)) ? a + b : ordered;
  } else {
    return a < b ? a : b;
  }
}
GPUCOMPUTE_SCALAR T maximum_of(T a, T b) {
  if constexpr (is_real<T>) {
    const T equal = __builtin_bit_cast(T, static_cast<bits_of<T>>(to_bits(a) & to_bits(b)));
    const T ordered = a > b ? a : a == b ? equal : b;
    return ((a != a) | (b != b)) ? a + b : ordered;
  } else {
    return a > b ? a : b;
  }
}

/// Truncated; x / 0 is 0 and the lowest value over -1 wraps to itself. Up to 32 bits the division runs in floating
/// point, which is exact there and, unlike an integer division, has vectors.
GPUCOMPUTE_SCALAR T quotient(T a, T b) {
  const bool zero = b == 0;
  bool negated = false;
  if constexpr (std::is_signed_v<T>) {
    negated = b == T(-1);
  }
  const T divisor = (zero | negated) ? T(1) : b;
  T whole;
  if constexpr (sizeof(T) == 8) {
    whole = static_cast<T>(a / divisor);
  } else {
    using real = std::conditional_t<sizeof(T) == 4, double, float>;
    whole = static_cast<T>(static_cast<real>(a) / static_cast<real>(divisor));
  }
  return zero ? T(0) : negated ? static_cast<T>(-a) : whole;
}

GPUCOMPUTE_SCALAR T magnitude(T a) {
  if constexpr (std::is_same_v<T, float>) {
    return __builtin_fabsf(a);
  } else if constexpr (std::is_same_v<T, double>) {
    return __builtin_fabs(a);
  } else if constexpr (std::is_signed_v<T>) {
    return a < 0 ? static_cast<T>(-a) : a;
  } else {
    return a;
  }
}

/// A count outside 0 .. width - 1 shifts everything out: 0, or the sign on the right.
GPUCOMPUTE_SCALAR T shifted_left(T a, T count) {
  const bool inside = static_cast<bits_of<T>>(count) < width<T>;
  const auto amount = static_cast<bits_of<T>>(inside ? count : T(0));
  return inside ? static_cast<T>(static_cast<bits_of<T>>(a) << amount) : T(0);
}
GPUCOMPUTE_SCALAR T shifted_right(T a, T count) {
  const bool inside = static_cast<bits_of<T>>(count) < width<T>;
  if constexpr (std::is_signed_v<T>) {
    return static_cast<T>(a >> (inside ? count : T(width<T> - 1)));
  } else {
    return inside ? static_cast<T>(a >> (inside ? count : T(0))) : T(0);
  }
}

GPUCOMPUTE_SCALAR int ones(T a) { return __builtin_popcountll(static_cast<bits_of<T>>(a)); }

#define GPUCOMPUTE_REAL_FUNCTION(name, builtin)                                      \
  [[gnu::always_inline]] static inline float name(float a) { return builtin##f(a); } \
  [[gnu::always_inline]] static inline double name(double a) { return builtin(a); }
GPUCOMPUTE_REAL_FUNCTION(sqrt_of, __builtin_sqrt)
GPUCOMPUTE_REAL_FUNCTION(floor_of, __builtin_floor)
GPUCOMPUTE_REAL_FUNCTION(ceil_of, __builtin_ceil)
GPUCOMPUTE_REAL_FUNCTION(trunc_of, __builtin_trunc)
GPUCOMPUTE_REAL_FUNCTION(rint_of, __builtin_rint)
#undef GPUCOMPUTE_REAL_FUNCTION
[[gnu::always_inline]] static inline float fma_of(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
[[gnu::always_inline]] static inline double fma_of(double a, double b, double c) { return __builtin_fma(a, b, c); }

GPUCOMPUTE_SCALAR T copysign_of(T a, T sign) {
  constexpr auto mask = static_cast<bits_of<T>>(bits_of<T>{1} << (width<T> - 1));
  return __builtin_bit_cast(T, static_cast<bits_of<T>>((to_bits(a) & ~mask) | (to_bits(sign) & mask)));
}

/// Between real types: to bool is != 0, real to integer truncates, saturates and takes NaN to 0, integers wrap.
template <dtype To, dtype From>
[[gnu::always_inline]] static constexpr inline storage<To> cast_of(storage<From> a) {
  using T = storage<To>;
  using F = storage<From>;
  if constexpr (To == bool_) {
    return a != 0;
  } else if constexpr (is_real<F> && !is_real<T>) {
    // The largest value may round up to a power of two that is out of range, so the upper bound is compared apart.
    constexpr F low = static_cast<F>(lowest<To>());
    constexpr F high = static_cast<F>(highest<To>());
    constexpr bool exact = sizeof(T) * 8 < (sizeof(F) == 4 ? 24 : 53);
    const F number = a == a ? a : F(0);
    const F above = number > low ? number : low;
    if constexpr (exact) {
      return static_cast<T>(above < high ? above : high);
    } else {
      const bool inside = above < high;
      return inside ? static_cast<T>(inside ? above : F(0)) : highest<To>();
    }
  } else {
    return static_cast<T>(a);
  }
}

}  // namespace gpucompute::cpu::interpret::GPUCOMPUTE_ISA
