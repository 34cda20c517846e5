// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <immintrin.h>

// Registers of doubles for the loops of one instruction set; the source that includes this defines GPUCOMPUTE_ISA.

namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA {

#if defined(__AVX512F__)
using doubles = __m512d;
inline doubles larger(doubles a, doubles b) { return _mm512_max_pd(a, b); }
inline doubles square_root(doubles a) { return _mm512_sqrt_pd(a); }
inline doubles magnitude(doubles a) { return _mm512_abs_pd(a); }
/// Sums of neighbouring lanes, those of a and then those of b.
inline doubles pair_sums(doubles a, doubles b) {
  const __m512i even = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
  const __m512i odd = _mm512_set_epi64(15, 13, 11, 9, 7, 5, 3, 1);
  return _mm512_permutex2var_pd(a, even, b) + _mm512_permutex2var_pd(a, odd, b);
}
inline doubles widened(const float* from) { return _mm512_cvtps_pd(_mm256_loadu_ps(from)); }
#else
using doubles = __m256d;
inline doubles larger(doubles a, doubles b) { return _mm256_max_pd(a, b); }
inline doubles square_root(doubles a) { return _mm256_sqrt_pd(a); }
inline doubles magnitude(doubles a) { return _mm256_andnot_pd(_mm256_set1_pd(-0.0), a); }
inline doubles pair_sums(doubles a, doubles b) {
  return _mm256_permute4x64_pd(_mm256_hadd_pd(a, b), _MM_SHUFFLE(3, 1, 2, 0));
}
inline doubles widened(const float* from) { return _mm256_cvtps_pd(_mm_loadu_ps(from)); }
#endif
inline constexpr std::int64_t lanes = sizeof(doubles) / sizeof(double);

inline doubles load(const double* from) {
  doubles result;
  __builtin_memcpy(&result, from, sizeof result);
  return result;
}
inline void store(double* to, doubles value) { __builtin_memcpy(to, &value, sizeof value); }
inline double total(doubles a) {
  double sum = 0;
  for (std::int64_t lane = 0; lane < lanes; ++lane) sum += a[lane];
  return sum;
}
inline double largest_of(doubles a) {
  double most = 0;
  for (std::int64_t lane = 0; lane < lanes; ++lane) most = a[lane] > most ? a[lane] : most;
  return most;
}

}  // namespace gpucompute::cpu::passes::GPUCOMPUTE_ISA
