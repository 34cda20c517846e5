// SPDX-License-Identifier: Apache-2.0
#pragma once

// Functions whose result is exact, and integer power.

#include <type_traits>

#include "cpu/math/vector.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// One step of the remainder of r by y, both positive and finite, r / y below 2^(digits - 1): the quotient may come out
/// one too large, never more, and both remainders are representable.
template <typename F>
typename F::vec remainder_step(typename F::vec r, typename F::vec y) {
  const auto rest = fma(-trunc(r / y), y, r);
  return rest < 0 ? rest + y : rest;
}

/// Takes digits - 3 bits of the quotient at a time.
template <typename F>
[[gnu::cold, gnu::noinline]] typename F::vec remainder_far(typename F::vec r, typename F::vec y) {
  using vec = typename F::vec;
  using scalar = typename F::scalar;
  const auto valid = (r < F::infinity) & (y > 0);
  const vec divisor = valid ? y : splat<F>(1);
  vec rest = valid ? r : splat<F>(0);
  const vec y_exponent = exponent(divisor);
  constexpr auto largest = static_cast<scalar>(2 * F::exponent_bias);
  for (auto active = rest >= divisor; any(active); active = rest >= divisor) {
    const vec dividend = active ? rest : divisor;
    vec shift = exponent(dividend) - y_exponent - static_cast<scalar>(F::digits - 3);
    shift = shift > 0 ? shift : splat<F>(0);
    shift = shift < largest ? shift : splat<F>(largest);
    const vec reduced = remainder_step<F>(dividend, scale<F>(divisor, shift));
    rest = active ? reduced : rest;
  }
  return valid ? rest : splat<F>(F::nan);
}

/// C's fmod, exact.
template <typename F>
typename F::vec remainder(typename F::vec a, typename F::vec b) {
  const auto x = abs(a);
  const auto y = abs(b);
  const auto below = x < y;
  auto rest = remainder_step<F>(x, y);
  const auto near = x / y < static_cast<typename F::scalar>(1LL << (F::digits - 2));
  const auto far = ~(near | below);
  if (rarely(far)) rest = far ? remainder_far<F>(x, y) : rest;
  return copysign(below ? x : rest, a);
}
inline vector_f64 fmod(vector_f64 a, vector_f64 b) { return remainder<f64>(a, b); }
inline vector_f32 fmod(vector_f32 a, vector_f32 b) { return remainder<f32>(a, b); }

template <typename F>
typename F::vec next_after(typename F::vec a, typename F::vec b) {
  const auto zero = a == 0;
  const auto grows = (a < b) == (a > 0);                                    // all ones where the magnitude grows
  const auto start = ((a == a) & ~zero) ? to_bits(a) : typename F::bits{};  // the others' bits may have no neighbour
  const auto stepped = from_bits(start + (grows ? typename F::bits{} + 1 : typename F::bits{} - 1));
  const auto from_zero = from_bits((to_bits(b) & F::sign_bit) | 1);
  const auto moved = zero ? from_zero : stepped;
  const auto ordered = (a == a) & (b == b);
  return ordered ? (a == b ? b : moved) : a + b;
}
inline vector_f64 nextafter(vector_f64 a, vector_f64 b) { return next_after<f64>(a, b); }
inline vector_f32 nextafter(vector_f32 a, vector_f32 b) { return next_after<f32>(a, b); }

/// A register of integers of one type.
template <typename T>
struct integers {
  using scalar = T;
  using vec [[gnu::vector_size(register_bytes)]] = T;
  static constexpr int lanes = register_bytes / static_cast<int>(sizeof(T));
};

/// base^exponent modulo 2^n; a negative exponent gives 1 for base 1, 1 or -1 for base -1, 0 for any other.
template <typename T>
typename integers<T>::vec power(typename integers<T>::vec base, typename integers<T>::vec exponent) {
  using vec = typename integers<T>::vec;
  using unsigned_vec = typename integers<std::make_unsigned_t<T>>::vec;
  auto square = __builtin_convertvector(base, unsigned_vec);
  auto rest = __builtin_convertvector(exponent < 0 ? vec{} : exponent, unsigned_vec);
  auto result = unsigned_vec{} + 1;
  while (any(reinterpret_cast<bits_f64>(rest) != 0)) {
    result = (rest & 1) != 0 ? result * square : result;
    square *= square;
    rest >>= 1;
  }
  const auto powers = __builtin_convertvector(result, vec);
  if constexpr (std::is_signed_v<T>) {
    const auto inverse = base == 1 ? vec{} + 1 : base == -1 ? ((exponent & 1) != 0 ? vec{} - 1 : vec{} + 1) : vec{};
    return exponent < 0 ? inverse : powers;
  } else {
    return powers;
  }
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
