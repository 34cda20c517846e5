// SPDX-License-Identifier: Apache-2.0
#pragma once

// SLEEF's deterministic functions (`finz`: FMA, no denormal flushing, the same bits at every width) as overloads on the
// lane types. u10, u15 and u05 are its bounds of 1.0, 1.5 and 0.5 ULP; u35, of 3.5 ULP, is what `_fast` means here.
// What they get wrong is mended by the functions that call them.

#include "cpu/math/vector.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA::sleef {

#define GPUCOMPUTE_SLEEF_UNARY(name, base, bound)                                       \
  inline vector_f64 name(vector_f64 a) { return GPUCOMPUTE_SLEEF_F64(base, bound)(a); } \
  inline vector_f32 name(vector_f32 a) { return GPUCOMPUTE_SLEEF_F32(base, bound)(a); }
#define GPUCOMPUTE_SLEEF_BINARY(name, base, bound)                                                       \
  inline vector_f64 name(vector_f64 a, vector_f64 b) { return GPUCOMPUTE_SLEEF_F64(base, bound)(a, b); } \
  inline vector_f32 name(vector_f32 a, vector_f32 b) { return GPUCOMPUTE_SLEEF_F32(base, bound)(a, b); }

GPUCOMPUTE_SLEEF_UNARY(sin, sin, u10)
GPUCOMPUTE_SLEEF_UNARY(cos, cos, u10)
GPUCOMPUTE_SLEEF_UNARY(tan, tan, u10)
GPUCOMPUTE_SLEEF_UNARY(arcsin, asin, u10)
GPUCOMPUTE_SLEEF_UNARY(arccos, acos, u10)
GPUCOMPUTE_SLEEF_UNARY(arctan, atan, u10)
GPUCOMPUTE_SLEEF_UNARY(arcsinh, asinh, u10)
GPUCOMPUTE_SLEEF_UNARY(arccosh, acosh, u10)
GPUCOMPUTE_SLEEF_UNARY(arctanh, atanh, u10)
GPUCOMPUTE_SLEEF_UNARY(exp, exp, u10)
GPUCOMPUTE_SLEEF_UNARY(exp2, exp2, u10)
GPUCOMPUTE_SLEEF_UNARY(log, log, u10)
GPUCOMPUTE_SLEEF_UNARY(log2, log2, u10)
GPUCOMPUTE_SLEEF_UNARY(log10, log10, u10)
GPUCOMPUTE_SLEEF_UNARY(log1p, log1p, u10)
GPUCOMPUTE_SLEEF_UNARY(cbrt, cbrt, u10)
GPUCOMPUTE_SLEEF_UNARY(erf, erf, u10)
GPUCOMPUTE_SLEEF_UNARY(erfc, erfc, u15)
GPUCOMPUTE_SLEEF_UNARY(gamma, tgamma, u10)
GPUCOMPUTE_SLEEF_UNARY(lgamma, lgamma, u10)
GPUCOMPUTE_SLEEF_UNARY(sinpi, sinpi, u05)
GPUCOMPUTE_SLEEF_UNARY(cospi, cospi, u05)
GPUCOMPUTE_SLEEF_BINARY(pow, pow, u10)
GPUCOMPUTE_SLEEF_BINARY(arctan2, atan2, u10)
GPUCOMPUTE_SLEEF_BINARY(hypot, hypot, u05)

GPUCOMPUTE_SLEEF_UNARY(sin_fast, sin, u35)
GPUCOMPUTE_SLEEF_UNARY(cos_fast, cos, u35)
GPUCOMPUTE_SLEEF_UNARY(tan_fast, tan, u35)
GPUCOMPUTE_SLEEF_UNARY(arcsin_fast, asin, u35)
GPUCOMPUTE_SLEEF_UNARY(arccos_fast, acos, u35)
GPUCOMPUTE_SLEEF_UNARY(arctan_fast, atan, u35)
GPUCOMPUTE_SLEEF_UNARY(log_fast, log, u35)
GPUCOMPUTE_SLEEF_UNARY(log2_fast, log2, u35)
GPUCOMPUTE_SLEEF_UNARY(cbrt_fast, cbrt, u35)
GPUCOMPUTE_SLEEF_BINARY(arctan2_fast, atan2, u35)
GPUCOMPUTE_SLEEF_BINARY(hypot_fast, hypot, u35)

#undef GPUCOMPUTE_SLEEF_UNARY
#undef GPUCOMPUTE_SLEEF_BINARY

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA::sleef
