// SPDX-License-Identifier: Apache-2.0
#pragma once

// The vector layer for AVX-512 (F, DQ, VL, BW) with FMA. vector_avx2.hpp beside this file has the same names:
// everything else is written on the intersection, GCC's vector operators plus the functions below.

#include <immintrin.h>
#include <sleef.h>

#define GPUCOMPUTE_MATH_ISA avx512
#define GPUCOMPUTE_SLEEF_F64(name, bound) Sleef_finz_##name##d8_##bound##avx512f
#define GPUCOMPUTE_SLEEF_F32(name, bound) Sleef_finz_##name##f16_##bound##avx512f

namespace gpucompute::cpu::math::avx512 {

inline constexpr int register_bytes = 64;

using vector_f64 = __m512d;
using vector_f32 = __m512;
using vector_bits = __m512i;

inline vector_f64 fma(vector_f64 a, vector_f64 b, vector_f64 c) { return _mm512_fmadd_pd(a, b, c); }
inline vector_f32 fma(vector_f32 a, vector_f32 b, vector_f32 c) { return _mm512_fmadd_ps(a, b, c); }

/// c - a * b, rounded once.
inline vector_f64 fnma(vector_f64 a, vector_f64 b, vector_f64 c) { return _mm512_fnmadd_pd(a, b, c); }
inline vector_f32 fnma(vector_f32 a, vector_f32 b, vector_f32 c) { return _mm512_fnmadd_ps(a, b, c); }

inline vector_f64 rint(vector_f64 a) { return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
inline vector_f32 rint(vector_f32 a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }
inline vector_f64 trunc(vector_f64 a) { return _mm512_roundscale_pd(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
inline vector_f32 trunc(vector_f32 a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_ZERO | _MM_FROUND_NO_EXC); }
inline vector_f64 floor(vector_f64 a) { return _mm512_roundscale_pd(a, _MM_FROUND_TO_NEG_INF | _MM_FROUND_NO_EXC); }

/// a * 2^n for integral n, rounded once.
inline constexpr bool scales_at_once = true;
inline vector_f64 scale_at_once(vector_f64 a, vector_f64 n) { return _mm512_scalef_pd(a, n); }
inline vector_f32 scale_at_once(vector_f32 a, vector_f32 n) { return _mm512_scalef_ps(a, n); }

/// a where it is below, above the limit, else the limit; NaN stays NaN.
inline vector_f64 at_most(vector_f64 a, double limit) { return _mm512_min_pd(_mm512_set1_pd(limit), a); }
inline vector_f32 at_most(vector_f32 a, float limit) { return _mm512_min_ps(_mm512_set1_ps(limit), a); }
inline vector_f64 at_least(vector_f64 a, double limit) { return _mm512_max_pd(_mm512_set1_pd(limit), a); }
inline vector_f32 at_least(vector_f32 a, float limit) { return _mm512_max_ps(_mm512_set1_ps(limit), a); }

/// Whether a lane is at or above the limit, or NaN.
inline bool any_beyond(vector_f64 a, double limit) {
  return _mm512_cmp_pd_mask(a, _mm512_set1_pd(limit), _CMP_NLT_UQ) != 0;
}
inline bool any_beyond(vector_f32 a, float limit) {
  return _mm512_cmp_ps_mask(a, _mm512_set1_ps(limit), _CMP_NLT_UQ) != 0;
}

/// Whether a lane is zero, subnormal, negative, infinite or NaN.
inline bool any_but_positive_normal(vector_f32 a) { return _mm512_fpclass_ps_mask(a, 0xff) != 0; }

/// True when the sign bit of a 64-bit, a 32-bit lane is set.
inline bool any_f64(vector_bits mask) { return _mm512_movepi64_mask(mask) != 0; }
inline bool any_f32(vector_bits mask) { return _mm512_movepi32_mask(mask) != 0; }

/// The lower and the upper half of the lanes, as float64; narrow() puts two such halves together, rounding to nearest.
inline vector_f64 widen_lower(vector_f32 a) { return _mm512_cvtps_pd(_mm512_castps512_ps256(a)); }
inline vector_f64 widen_upper(vector_f32 a) { return _mm512_cvtps_pd(_mm512_extractf32x8_ps(a, 1)); }
inline vector_f32 narrow(vector_f64 lower, vector_f64 upper) {
  return _mm512_insertf32x8(_mm512_castps256_ps512(_mm512_cvtpd_ps(lower)), _mm512_cvtpd_ps(upper), 1);
}

}  // namespace gpucompute::cpu::math::avx512
