// SPDX-License-Identifier: Apache-2.0
#pragma once

// Turns functions.def into entry points, block loops and a table for the instruction set whose vector layer
// GPUCOMPUTE_MATH_LAYER names.

#include "cpu/math/exact.hpp"
#include "cpu/math/implementation.hpp"
#include "cpu/math/logarithms.hpp"
#include "cpu/math/special.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// The tail is padded to a register, so that its elements run the same vector code.
template <typename Lane, typename Function>
void unary_block(Function function, void* out, const void* a, std::size_t n) {
  using scalar = typename Lane::scalar;
  auto* to = static_cast<scalar*>(out);
  const auto* from = static_cast<const scalar*>(a);
  constexpr std::size_t lanes = Lane::lanes;
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) store<Lane>(to + i, function(load<Lane>(from + i)));
  if (i == n) return;
  scalar buffer[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) buffer[lane] = i + lane < n ? from[i + lane] : scalar{1};
  store<Lane>(buffer, function(load<Lane>(buffer)));
  for (std::size_t lane = 0; i + lane < n; ++lane) to[i + lane] = buffer[lane];
}

template <typename Lane, typename Function>
void binary_block(Function function, void* out, const void* a, const void* b, std::size_t n) {
  using scalar = typename Lane::scalar;
  auto* to = static_cast<scalar*>(out);
  const auto* left = static_cast<const scalar*>(a);
  const auto* right = static_cast<const scalar*>(b);
  constexpr std::size_t lanes = Lane::lanes;
  std::size_t i = 0;
  for (; i + lanes <= n; i += lanes) store<Lane>(to + i, function(load<Lane>(left + i), load<Lane>(right + i)));
  if (i == n) return;
  scalar buffer[lanes];
  scalar other[lanes];
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    buffer[lane] = i + lane < n ? left[i + lane] : scalar{1};
    other[lane] = i + lane < n ? right[i + lane] : scalar{1};
  }
  store<Lane>(buffer, function(load<Lane>(buffer), load<Lane>(other)));
  for (std::size_t lane = 0; i + lane < n; ++lane) to[i + lane] = buffer[lane];
}

#define GPUCOMPUTE_JOIN(isa, name, type) gpucompute_##isa##_##name##_##type
#define GPUCOMPUTE_JOIN_EXPANDED(isa, name, type) GPUCOMPUTE_JOIN(isa, name, type)
#define GPUCOMPUTE_SYMBOL(name, type) GPUCOMPUTE_JOIN_EXPANDED(GPUCOMPUTE_MATH_ISA, name, type)

#define GPUCOMPUTE_ENTRY_1(name, lane)                                                      \
  extern "C" lane::vec GPUCOMPUTE_SYMBOL(name, lane)(lane::vec a);                          \
  extern "C" lane::vec GPUCOMPUTE_SYMBOL(name, lane)(lane::vec a) { return name(a); }       \
  inline void name##_##lane##_block(void* out, const void* a, const void*, std::size_t n) { \
    unary_block<lane>([](lane::vec x) { return name(x); }, out, a, n);                      \
  }
#define GPUCOMPUTE_ENTRY_2(name, lane)                                                                \
  extern "C" lane::vec GPUCOMPUTE_SYMBOL(name, lane)(lane::vec a, lane::vec b);                       \
  extern "C" lane::vec GPUCOMPUTE_SYMBOL(name, lane)(lane::vec a, lane::vec b) { return name(a, b); } \
  inline void name##_##lane##_block(void* out, const void* a, const void* b, std::size_t n) {         \
    binary_block<lane>([](lane::vec x, lane::vec y) { return name(x, y); }, out, a, b, n);            \
  }
#define GPUCOMPUTE_INTEGER_ENTRY(name, tag, type)                                                       \
  using name##_##tag = integers<type>;                                                                  \
  extern "C" name##_##tag::vec GPUCOMPUTE_SYMBOL(name, tag)(name##_##tag::vec a, name##_##tag::vec b);  \
  extern "C" name##_##tag::vec GPUCOMPUTE_SYMBOL(name, tag)(name##_##tag::vec a, name##_##tag::vec b) { \
    return name<type>(a, b);                                                                            \
  }                                                                                                     \
  inline void name##_##tag##_block(void* out, const void* a, const void* b, std::size_t n) {            \
    using vec = name##_##tag::vec;                                                                      \
    binary_block<name##_##tag>([](vec x, vec y) { return name<type>(x, y); }, out, a, b, n);            \
  }

#define MATH_FUNCTION(name, arity, ulp_f32, ulp_f64, cancellation, range_a, range_b) \
  GPUCOMPUTE_ENTRY_##arity(name, f32) GPUCOMPUTE_ENTRY_##arity(name, f64)
#define MATH_INTEGER(name)                           \
  GPUCOMPUTE_INTEGER_ENTRY(name, i8, std::int8_t)    \
  GPUCOMPUTE_INTEGER_ENTRY(name, i16, std::int16_t)  \
  GPUCOMPUTE_INTEGER_ENTRY(name, i32, std::int32_t)  \
  GPUCOMPUTE_INTEGER_ENTRY(name, i64, std::int64_t)  \
  GPUCOMPUTE_INTEGER_ENTRY(name, u8, std::uint8_t)   \
  GPUCOMPUTE_INTEGER_ENTRY(name, u16, std::uint16_t) \
  GPUCOMPUTE_INTEGER_ENTRY(name, u32, std::uint32_t) \
  GPUCOMPUTE_INTEGER_ENTRY(name, u64, std::uint64_t)
#include "cpu/math/functions.def"

#define GPUCOMPUTE_IMPLEMENTATION(name, tag) \
  { reinterpret_cast<void*>(&GPUCOMPUTE_SYMBOL(name, tag)), &name##_##tag##_block }
#define MATH_FUNCTION(name, arity, ulp_f32, ulp_f64, cancellation, range_a, range_b) \
  GPUCOMPUTE_IMPLEMENTATION(name, f32), GPUCOMPUTE_IMPLEMENTATION(name, f64),
#define MATH_INTEGER(name)                                                                                             \
  GPUCOMPUTE_IMPLEMENTATION(name, i8), GPUCOMPUTE_IMPLEMENTATION(name, i16), GPUCOMPUTE_IMPLEMENTATION(name, i32),     \
      GPUCOMPUTE_IMPLEMENTATION(name, i64), GPUCOMPUTE_IMPLEMENTATION(name, u8), GPUCOMPUTE_IMPLEMENTATION(name, u16), \
      GPUCOMPUTE_IMPLEMENTATION(name, u32), GPUCOMPUTE_IMPLEMENTATION(name, u64),
extern const implementation implementations[] = {
#include "cpu/math/functions.def"
};

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
