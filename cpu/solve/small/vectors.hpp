// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <immintrin.h>
#include <utility>

// Registers of floats and doubles for one instruction set; the source that includes this defines GPUCOMPUTE_ISA. Masks are
// what comparing two registers gives; `m ? a : b` takes lanes.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

#if defined(__AVX512F__)
inline constexpr int register_bytes = 64;
#else
inline constexpr int register_bytes = 32;
#endif
using doubles = double __attribute__((vector_size(register_bytes)));
using floats = float __attribute__((vector_size(register_bytes)));
using double_mask = decltype(doubles{} == doubles{});
using float_mask = decltype(floats{} == floats{});
/// Lanes in a register of their own kind, where there is one: it serves many registers of numbers.
#if defined(__AVX512F__)
using double_choice = __mmask8;
using float_choice = __mmask16;
#else
using double_choice = double_mask;
using float_choice = float_mask;
#endif

template <typename T>
struct vector_of {
  using type = doubles;
  using mask = double_mask;
  using choice = double_choice;
  using integer = std::int64_t;
};
template <>
struct vector_of<float> {
  using type = floats;
  using mask = float_mask;
  using choice = float_choice;
  using integer = std::int32_t;
};
template <typename T>
using vec = typename vector_of<T>::type;
template <typename T>
inline constexpr int lanes = register_bytes / static_cast<int>(sizeof(T));

#if defined(__AVX512F__)
/// c - a * b, rounded once.
inline doubles fnma(doubles a, doubles b, doubles c) { return _mm512_fnmadd_pd(a, b, c); }
inline floats fnma(floats a, floats b, floats c) { return _mm512_fnmadd_ps(a, b, c); }
inline doubles fma(doubles a, doubles b, doubles c) { return _mm512_fmadd_pd(a, b, c); }
inline floats fma(floats a, floats b, floats c) { return _mm512_fmadd_ps(a, b, c); }
inline doubles larger(doubles a, doubles b) { return _mm512_max_pd(a, b); }
inline floats larger(floats a, floats b) { return _mm512_max_ps(a, b); }
/// Of what is not negative, and sooner than of the numbers with these bits.
inline double_mask larger(double_mask a, double_mask b) {
  return reinterpret_cast<double_mask>(_mm512_max_epi64(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
inline float_mask larger(float_mask a, float_mask b) {
  return reinterpret_cast<float_mask>(_mm512_max_epi32(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b)));
}
/// To 8 digits: the instruction for all of them takes three times as long. What is infinite becomes huge.
inline doubles square_root(doubles a) {
  const doubles finite = _mm512_min_pd(doubles{} + 0x1p1023, a);
  const doubles inverse = _mm512_rsqrt14_pd(larger(finite, doubles{} + 0x1p-1022));
  const doubles near = finite * inverse;
  return fma(fnma(near, near, finite), inverse * 0.5, near);
}
inline floats square_root(floats a) { return _mm512_sqrt_ps(a); }
inline doubles magnitude(doubles a) { return _mm512_abs_pd(a); }
inline floats magnitude(floats a) { return _mm512_abs_ps(a); }
inline double_choice equal(double_mask a, double_mask b) {
  return _mm512_cmpeq_epi64_mask(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b));
}
inline float_choice equal(float_mask a, float_mask b) {
  return _mm512_cmpeq_epi32_mask(reinterpret_cast<__m512i>(a), reinterpret_cast<__m512i>(b));
}
/// a in the chosen lanes, b in the others.
inline doubles either(double_choice c, doubles a, doubles b) { return _mm512_mask_mov_pd(b, c, a); }
inline floats either(float_choice c, floats a, floats b) { return _mm512_mask_mov_ps(b, c, a); }
/// One bit a lane.
inline unsigned bits(double_mask m) { return _mm512_movepi64_mask(reinterpret_cast<__m512i>(m)); }
inline unsigned bits(float_mask m) { return _mm512_movepi32_mask(reinterpret_cast<__m512i>(m)); }
/// The first `count` lanes from memory, zeros in the others.
inline doubles load_part(const double* from, int count) {
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>((1U << static_cast<unsigned>(count)) - 1), from);
}
inline floats load_part(const float* from, int count) {
  return _mm512_maskz_loadu_ps(static_cast<__mmask16>((1U << static_cast<unsigned>(count)) - 1), from);
}
/// The first `count` lanes to memory.
inline void store_part(double* to, doubles value, int count) {
  _mm512_mask_storeu_pd(to, static_cast<__mmask8>((1U << static_cast<unsigned>(count)) - 1), value);
}
inline void store_part(float* to, floats value, int count) {
  _mm512_mask_storeu_ps(to, static_cast<__mmask16>((1U << static_cast<unsigned>(count)) - 1), value);
}
/// Lane i is lane from[i] of a.
inline doubles permuted(doubles a, double_mask from) {
  return _mm512_permutexvar_pd(reinterpret_cast<__m512i>(from), a);
}
inline floats permuted(floats a, float_mask from) { return _mm512_permutexvar_ps(reinterpret_cast<__m512i>(from), a); }
#else
inline doubles fnma(doubles a, doubles b, doubles c) { return _mm256_fnmadd_pd(a, b, c); }
inline floats fnma(floats a, floats b, floats c) { return _mm256_fnmadd_ps(a, b, c); }
inline doubles fma(doubles a, doubles b, doubles c) { return _mm256_fmadd_pd(a, b, c); }
inline floats fma(floats a, floats b, floats c) { return _mm256_fmadd_ps(a, b, c); }
inline doubles larger(doubles a, doubles b) { return _mm256_max_pd(a, b); }
inline floats larger(floats a, floats b) { return _mm256_max_ps(a, b); }
inline double_mask larger(double_mask a, double_mask b) {
  return reinterpret_cast<double_mask>(larger(reinterpret_cast<doubles>(a), reinterpret_cast<doubles>(b)));
}
inline float_mask larger(float_mask a, float_mask b) {
  return reinterpret_cast<float_mask>(_mm256_max_epi32(reinterpret_cast<__m256i>(a), reinterpret_cast<__m256i>(b)));
}
inline doubles square_root(doubles a) { return _mm256_sqrt_pd(a); }
inline floats square_root(floats a) { return _mm256_sqrt_ps(a); }
inline doubles magnitude(doubles a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
inline floats magnitude(floats a) { return _mm256_andnot_ps(_mm256_set1_ps(-0.0F), a); }
inline double_choice equal(double_mask a, double_mask b) { return a == b; }
inline float_choice equal(float_mask a, float_mask b) { return a == b; }
inline doubles either(double_choice c, doubles a, doubles b) { return c ? a : b; }
inline floats either(float_choice c, floats a, floats b) { return c ? a : b; }
inline unsigned bits(double_mask m) { return static_cast<unsigned>(_mm256_movemask_pd(reinterpret_cast<__m256d>(m))); }
inline unsigned bits(float_mask m) { return static_cast<unsigned>(_mm256_movemask_ps(reinterpret_cast<__m256>(m))); }
inline __m256i first_doubles(int count) {
  return _mm256_cmpgt_epi64(_mm256_set1_epi64x(count), _mm256_set_epi64x(3, 2, 1, 0));
}
inline __m256i first_floats(int count) {
  return _mm256_cmpgt_epi32(_mm256_set1_epi32(count), _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0));
}
inline doubles load_part(const double* from, int count) { return _mm256_maskload_pd(from, first_doubles(count)); }
inline floats load_part(const float* from, int count) { return _mm256_maskload_ps(from, first_floats(count)); }
inline void store_part(double* to, doubles value, int count) { _mm256_maskstore_pd(to, first_doubles(count), value); }
inline void store_part(float* to, floats value, int count) { _mm256_maskstore_ps(to, first_floats(count), value); }
inline floats permuted(floats a, float_mask from) {
  return _mm256_permutevar8x32_ps(a, reinterpret_cast<__m256i>(from));
}
inline doubles permuted(doubles a, double_mask from) {  // as pairs of floats
  const double_mask twice = from + from;
  const double_mask pairs = (twice << 32) + twice + 0x100000000;
  return _mm256_castps_pd(_mm256_permutevar8x32_ps(_mm256_castpd_ps(a), reinterpret_cast<__m256i>(pairs)));
}
#endif

template <typename T>
inline vec<T> load(const T* from) {
  vec<T> result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}
template <typename T>
inline void store(T* to, vec<T> value) {
  __builtin_memcpy(to, &value, sizeof value);
}
template <typename T>
inline vec<T> splat(T value) {
  return value - vec<T>{};
}
template <typename T>
inline typename vector_of<T>::mask lane_numbers() {
  typename vector_of<T>::mask numbers = {};
  for (int lane = 0; lane < lanes<T>; ++lane) numbers[lane] = lane;
  return numbers;
}

/// Lanes taken in turn from the lower, or the upper, halves of a and b.
template <typename T, int... Lane>
inline void interleave(vec<T>& a, vec<T>& b, std::integer_sequence<int, Lane...>) {
  constexpr int half = lanes<T> / 2;
  const vec<T> low = __builtin_shufflevector(a, b, (Lane / 2 + (Lane % 2) * lanes<T>)...);
  const vec<T> high = __builtin_shufflevector(a, b, (half + Lane / 2 + (Lane % 2) * lanes<T>)...);
  a = low;
  b = high;
}
/// Register r, lane c becomes register c, lane r.
template <typename T>
inline void transpose(vec<T> (&rows)[lanes<T>]) {
  constexpr int n = lanes<T>;
#pragma GCC unroll 4
  for (int width = 1; width < n; width *= 2) {
    vec<T> next[n];
#pragma GCC unroll 8
    for (int i = 0; i < n / 2; ++i) {
      vec<T> a = rows[i];
      vec<T> b = rows[i + n / 2];
      interleave<T>(a, b, std::make_integer_sequence<int, n>());
      next[2 * i] = a;
      next[2 * i + 1] = b;
    }
#pragma GCC unroll 16
    for (int i = 0; i < n; ++i) rows[i] = next[i];
  }
}
/// By halves, as a tree.
template <typename T, typename Merge>
inline T across(vec<T> a, Merge merge) {
  T values[lanes<T>];
  store(values, a);
#pragma GCC unroll 4
  for (int width = lanes<T> / 2; width > 0; width /= 2) {
    for (int i = 0; i < width; ++i) values[i] = merge(values[i], values[i + width]);
  }
  return values[0];
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
