// SPDX-License-Identifier: Apache-2.0
#pragma once

// The library's own elementary functions, and SLEEF's with their defects mended. A mend is a select where one compare
// finds the lane, else a branch to a cold function that computes those lanes anew; either way a lane's bits depend on that
// lane alone.

#include "cpu/math/double_double.hpp"
#include "cpu/math/exponential.hpp"
#include "cpu/math/hyperbolic.hpp"
#include "cpu/math/single.hpp"
#include "cpu/math/sleef.hpp"
#include "cpu/math/tangent.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

using sleef::arccos;
using sleef::arccos_fast;
using sleef::arcsin;
using sleef::arcsin_fast;
using sleef::arctan;
using sleef::arctan2_fast;
using sleef::arctan_fast;
using sleef::cbrt;
using sleef::cbrt_fast;
using sleef::exp2;
using sleef::hypot;
using sleef::hypot_fast;
using sleef::log10;
using sleef::log2;
using sleef::log2_fast;

#define GPUCOMPUTE_MENDED_FAR(name, far)                \
  inline vector_f64 name(vector_f64 a) {                \
    const auto result = sleef::name(a);                 \
    if (any_beyond(abs(a), far_from_zero)) [[unlikely]] \
      return far(a, result);                            \
    return result;                                      \
  }                                                     \
  inline vector_f32 name(vector_f32 a) { return sleef::name(a); }
GPUCOMPUTE_MENDED_FAR(sin, sin_far)
GPUCOMPUTE_MENDED_FAR(sin_fast, sin_far)
GPUCOMPUTE_MENDED_FAR(cos, cos_far)
GPUCOMPUTE_MENDED_FAR(cos_fast, cos_far)
#undef GPUCOMPUTE_MENDED_FAR

inline vector_f64 log(vector_f64 a) { return sleef::log(a); }
inline vector_f64 log_fast(vector_f64 a) { return sleef::log_fast(a); }
/// Not slower than SLEEF's of less precision.
inline vector_f32 log_fast(vector_f32 a) { return log(a); }

/// For odd functions a + c a^3 with |c| <= 1/2, which SLEEF loses when a is subnormal and misses by one unit when the
/// cube is just below half a unit in the last place.
inline vector_f64 itself_if_tiny(vector_f64 a, vector_f64 result) { return abs(a) < 0x1p-28 ? a : result; }
inline vector_f32 itself_if_tiny(vector_f32 a, vector_f32 result) { return abs(a) < 0x1p-13F ? a : result; }

inline vector_f64 tan_fast(vector_f64 a) { return itself_if_tiny(a, sleef::tan_fast(a)); }
inline vector_f32 tan_fast(vector_f32 a) { return itself_if_tiny(a, sleef::tan_fast(a)); }
inline vector_f64 arctanh(vector_f64 a) { return itself_if_tiny(a, sleef::arctanh(a)); }
inline vector_f32 arctanh(vector_f32 a) { return itself_if_tiny(a, sleef::arctanh(a)); }

/// Lanes where a finite argument gave an infinity.
inline bits_f64 overflowed(vector_f64 result, vector_f64 a) {
  return (abs(result) == f64::infinity) & (abs(a) < f64::infinity);
}
inline bits_f32 overflowed(vector_f32 result, vector_f32 a) {
  return (abs(result) == f32::infinity) & (abs(a) < f32::infinity);
}

/// log(2a), the value of arcsinh and arccosh for large a.
[[gnu::cold, gnu::noinline]] inline vector_f64 log_of_twice(vector_f64 a) {
  return (log_extended(a) + constant(0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56)).high;
}
inline vector_f64 arcsinh(vector_f64 a) {
  const auto result = itself_if_tiny(a, sleef::arcsinh(a));
  const auto rare = overflowed(result, a);
  return rarely(rare) ? (rare ? copysign(log_of_twice(abs(a)), a) : result) : result;
}
inline vector_f64 arccosh(vector_f64 a) {
  const auto result = sleef::arccosh(a);
  const auto rare = overflowed(result, a);
  return rarely(rare) ? (rare ? log_of_twice(a) : result) : result;
}
[[gnu::cold, gnu::noinline]] inline vector_f32 arcsinh_at_overflow(vector_f32 a) {
  return through_f64([](vector_f64 wide) { return sleef::arcsinh(wide); }, a);
}
inline vector_f32 arcsinh(vector_f32 a) {
  const auto result = itself_if_tiny(a, sleef::arcsinh(a));
  const auto rare = overflowed(result, a);
  return rarely(rare) ? (rare ? arcsinh_at_overflow(a) : result) : result;
}
[[gnu::cold, gnu::noinline]] inline vector_f32 arccosh_at_overflow(vector_f32 a) {
  return through_f64([](vector_f64 wide) { return sleef::arccosh(wide); }, a);
}
inline vector_f32 arccosh(vector_f32 a) {
  const auto result = sleef::arccosh(a);
  const auto rare = overflowed(result, a);
  return rarely(rare) ? (rare ? arccosh_at_overflow(a) : result) : result;
}

/// log1p(a) = a - a^2/2: the square counts from 2^-53, so unlike an odd function's cube only truly tiny lanes are taken.
inline vector_f64 log1p(vector_f64 a) {
  const auto result = abs(a) < 0x1p-54 ? a : sleef::log1p(a);
  const auto rare = overflowed(result, a) & (a > 1.0);
  return rarely(rare) ? (rare ? sleef::log(a) : result) : result;
}
inline vector_f32 log1p(vector_f32 a) {
  const auto result = abs(a) < 0x1p-25F ? a : sleef::log1p(a);
  const auto rare = overflowed(result, a) & (a > 1.0F);
  return rarely(rare) ? (rare ? sleef::log(a) : result) : result;
}

/// pow where SLEEF overflowed: its own logarithm times b is off by a few units just below the threshold.
[[gnu::cold, gnu::noinline]] inline vector_f64 pow_at_overflow(vector_f64 a, vector_f64 b) {
  const auto logarithm = log_extended(abs(a));
  const auto estimate = logarithm.high * b;
  const auto clearly = estimate > 710.0;
  const auto exponent = logarithm * (clearly ? splat<f64>(0.0) : b);
  return clearly ? splat<f64>(f64::infinity) : value(exp_extended(exponent)).high;
}
inline vector_f64 power(vector_f64 a, vector_f64 b) {
  const auto result = sleef::pow(a, b);
  const auto rare = overflowed(result, a) & (abs(b) < f64::infinity) & (a != 0.0);
  return rarely(rare) ? (rare ? copysign(pow_at_overflow(a, b), result) : result) : result;
}
inline vector_f32 power(vector_f32 a, vector_f32 b) { return sleef::pow(a, b); }

inline vector_f64 arctan2(vector_f64 a, vector_f64 b) { return sleef::arctan2(a, b); }
[[gnu::cold, gnu::noinline]] inline vector_f32 arctan2_subnormal(vector_f32 a, vector_f32 b) {
  return through_f64([](vector_f64 y, vector_f64 x) { return sleef::arctan2(y, x); }, a, b);
}
inline vector_f32 arctan2(vector_f32 a, vector_f32 b) {
  const auto result = sleef::arctan2(a, b);
  const auto rare = (abs(result) < f32::smallest_normal) & (a != 0.0F);
  return rarely(rare) ? (rare ? arctan2_subnormal(a, b) : result) : result;
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
