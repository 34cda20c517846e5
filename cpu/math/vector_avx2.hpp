// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vector layer for AVX2 with FMA; see vector_avx512.hpp.

#include <immintrin.h>
#include <sleef.h>

#define GPUCOMPUTE_MATH_ISA avx2
#define GPUCOMPUTE_SLEEF_F64(name, bound) Sleef_finz_##name##d4_##bound##avx2
#define GPUCOMPUTE_SLEEF_F32(name, bound) Sleef_finz_##name##f8_##bound##avx2

namespace gpucompute::cpu::math::avx2 {

inline constexpr int register_bytes = 32;

using vector_f64 = __m256d;
using vector_f32 = __m256;
using vector_bits = __m256i;

inline vector_f64 fma(vector_f64 a, vector_f64 b, vector_f64 c) { return _mm256_fmadd_pd(a, b, c); }
inline vector_f32 fma(vector_f32 a, vector_f32 b, vector_f32 c) { return _mm256_fmadd_ps(a, b, c); }

/// c - a * b, rounded once.
inline vector_f64 fnma(vector_f64 a, vector_f64 b, vector_f64 c) { return _mm256_fnmadd_pd(a, b, c); }
inline vector_f32 fnma(vector_f32 a, vector_f32 b, vector_f32 c) { return _mm256_fnmadd_ps(a, b, c); }

inline vector_f64 rint(vector_f64 a) { return _mm256_round_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
inline vector_f32 rint(vector_f32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
inline vector_f64 trunc(vector_f64 a) { return _mm256_round_pd(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
inline vector_f32 trunc(vector_f32 a) { return _mm256_round_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
inline vector_f64 floor(vector_f64 a) { return _mm256_round_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }

/// There is no instruction for a * 2^n; what would use it is never called.
inline constexpr bool scales_at_once = false;
inline vector_f64 scale_at_once(vector_f64 a, vector_f64) { return a; }
inline vector_f32 scale_at_once(vector_f32 a, vector_f32) { return a; }

/// a where it is below, above the limit, else the limit; NaN stays NaN.
inline vector_f64 at_most(vector_f64 a, double limit) { return _mm256_min_pd(_mm256_set1_pd(limit), a); }
inline vector_f32 at_most(vector_f32 a, float limit) { return _mm256_min_ps(_mm256_set1_ps(limit), a); }
inline vector_f64 at_least(vector_f64 a, double limit) { return _mm256_max_pd(_mm256_set1_pd(limit), a); }
inline vector_f32 at_least(vector_f32 a, float limit) { return _mm256_max_ps(_mm256_set1_ps(limit), a); }

/// Whether a lane is at or above the limit, or NaN.
inline bool any_beyond(vector_f64 a, double limit) {
  return _mm256_movemask_pd(_mm256_cmp_pd(a, _mm256_set1_pd(limit), _CMP_NLT_UQ)) != 0;
}
inline bool any_beyond(vector_f32 a, float limit) {
  return _mm256_movemask_ps(_mm256_cmp_ps(a, _mm256_set1_ps(limit), _CMP_NLT_UQ)) != 0;
}

/// Whether a lane is zero, subnormal, negative, infinite or NaN.
inline bool any_but_positive_normal(vector_f32 a) {
  const vector_bits from_smallest = _mm256_sub_epi32(_mm256_castps_si256(a), _mm256_set1_epi32(0x00800000));
  const vector_bits limited = _mm256_min_epu32(from_smallest, _mm256_set1_epi32(0x7effffff));
  return _mm256_movemask_epi8(_mm256_cmpeq_epi32(limited, from_smallest)) != -1;
}

/// Whether any lane of a mask is set; its lanes are all ones or all zeros.
inline bool any_f64(vector_bits mask) { return _mm256_movemask_epi8(mask) != 0; }
inline bool any_f32(vector_bits mask) { return _mm256_movemask_epi8(mask) != 0; }

/// The lower and the upper half of the lanes, as float64; narrow() puts two such halves together, rounding to nearest.
inline vector_f64 widen_lower(vector_f32 a) { return _mm256_cvtps_pd(_mm256_castps256_ps128(a)); }
inline vector_f64 widen_upper(vector_f32 a) { return _mm256_cvtps_pd(_mm256_extractf128_ps(a, 1)); }
inline vector_f32 narrow(vector_f64 lower, vector_f64 upper) {
  return _mm256_insertf128_ps(_mm256_castps128_ps256(_mm256_cvtpd_ps(lower)), _mm256_cvtpd_ps(upper), 1);
}

}  // namespace gpucompute::cpu::math::avx2
