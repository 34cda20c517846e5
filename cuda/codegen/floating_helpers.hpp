// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cuda/codegen/helper.hpp"

namespace gpucompute::cuda {

// Floating-point functions that CUDA's math library lacks or defines otherwise. A helper comes after those that it names.
inline constexpr helper floating_helpers[] = {
    {"gc_negative", R"(
// The sign bit.
__device__ __forceinline__ bool gc_negative(float x) { return __float_as_int(x) < 0; }
__device__ __forceinline__ bool gc_negative(double x) { return __double_as_longlong(x) < 0; }
)"},
    {"gc_maximum", R"(
// NaN if either is; -0 is less than +0.
template <typename Float>
__device__ __forceinline__ Float gc_maximum(Float a, Float b) {
  return a != a || b != b ? a + b : a == b ? (gc_negative(a) ? b : a) : a < b ? b : a;
}
)"},
    {"gc_minimum", R"(
template <typename Float>
__device__ __forceinline__ Float gc_minimum(Float a, Float b) {
  return a != a || b != b ? a + b : a == b ? (gc_negative(a) ? a : b) : b < a ? b : a;
}
)"},
    {"gc_sinc", R"(
__device__ __forceinline__ float gc_sinc(float a) {
  return fabsf(a) < 1e-4f ? 1.0f : sinpif(a) / (3.14159274f * a);
}
__device__ __forceinline__ double gc_sinc(double a) {
  return fabs(a) < 1e-9 ? 1.0 : sinpi(a) / (3.141592653589793116 * a);
}
)"},
    {"gc_double", R"(
// The unevaluated sum of two numbers, low at most half a unit of high.
struct gc_double {
  double high, low;
};
__device__ __forceinline__ gc_double gc_sum(double a, double b) {
  const double high = a + b;
  const double rest = high - a;
  return {high, (a - (high - rest)) + (b - rest)};
}
__device__ __forceinline__ gc_double gc_add(gc_double a, gc_double b) {
  const gc_double s = gc_sum(a.high, b.high);
  const gc_double t = gc_sum(a.low, b.low);
  const gc_double u = gc_sum(s.high, s.low + t.high);
  return gc_sum(u.high, u.low + t.low);
}
__device__ __forceinline__ gc_double gc_product(double a, double b) {
  const double high = a * b;
  return {high, fma(a, b, -high)};
}
__device__ __forceinline__ gc_double gc_multiply(gc_double a, gc_double b) {
  const gc_double p = gc_product(a.high, b.high);
  return gc_sum(p.high, p.low + (a.high * b.low + a.low * b.high));
}
)"},
    {"gc_scaled_exp", R"(
// exp(x) = (1 + fraction) * scale in twice the precision, for -746 < x.high <= 0.
struct gc_scaled {
  gc_double fraction;
  double scale;
};
__device__ __noinline__ gc_scaled gc_scaled_exp(gc_double x) {
  const double k = rint(x.high * 1.4426950408889634);
  const gc_double log2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
  const gc_double rest = gc_add(x, gc_multiply({-k, 0.0}, log2));
  const gc_double y = {rest.high * 0x1p-8, rest.low * 0x1p-8};
  gc_double sum = {0.0, 0.0};  // y + y^2/2! + ... as y * (1 + y/2 * (1 + y/3 * ...))
  for (int n = 11; n >= 1; --n) {
    const double quotient = y.high / n;
    const gc_double back = gc_product(quotient, n);
    const gc_double part = gc_sum(quotient, ((y.high - back.high) - back.low + y.low) / n);
    sum = gc_multiply(part, gc_add({1.0, 0.0}, sum));
  }
  for (int i = 0; i < 8; ++i) {
    sum = gc_add({2 * sum.high, 2 * sum.low}, gc_multiply(sum, sum));
  }
  return {sum, ldexp(1.0, (int)k)};
}
)"},
    {"gc_log_of_sum", R"(
// log(exp(a) + exp(b)) where it may be near 0, a.high >= b.high: the sum less 1 needs twice the precision.
__device__ __noinline__ double gc_log_of_sum(gc_double a, gc_double b) {
  const gc_scaled p = gc_scaled_exp(a);
  const gc_scaled q = gc_scaled_exp(b);
  const gc_double first = gc_add({p.scale - 1.0, 0.0}, {p.fraction.high * p.scale, p.fraction.low * p.scale});
  const gc_double second = gc_add({q.scale, 0.0}, {q.fraction.high * q.scale, q.fraction.low * q.scale});
  const gc_double s = gc_add(first, second);
  return log1p(s.high) + s.low / (1.0 + s.high);
}
)"},
    {"gc_logaddexp", R"(
__device__ __forceinline__ double gc_logaddexp(double a, double b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return high + 0.6931471805599453;
  }
  if (high > -1.5 && high < 0.0 && low > -745.0) {
    return gc_log_of_sum({high, 0.0}, {low, 0.0});
  }
  return a != a || b != b ? a + b : high + log1p(exp(low - high));
}
__device__ __forceinline__ float gc_logaddexp(float a, float b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return (float)(high + 0.6931471805599453);
  }
  return a != a || b != b ? a + b : (float)(high + log1p(exp(low - high)));
}
)"},
    {"gc_logaddexp2", R"(
__device__ __forceinline__ double gc_logaddexp2(double a, double b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return high + 1.0;
  }
  if (high > -2.0 && high < 0.0 && low > -1074.0) {
    const gc_double log2 = {0x1.62e42fefa39efp-1, 0x1.abc9e3b39803fp-56};
    return gc_log_of_sum(gc_multiply({high, 0.0}, log2), gc_multiply({low, 0.0}, log2)) * 1.4426950408889634;
  }
  return a != a || b != b ? a + b : high + log1p(exp2(low - high)) * 1.4426950408889634;
}
__device__ __forceinline__ float gc_logaddexp2(float a, float b) {
  const double high = a < b ? b : a;
  const double low = a < b ? a : b;
  if (high == low) {
    return (float)(high + 1.0);
  }
  return a != a || b != b ? a + b : (float)(high + log1p(exp2(low - high)) * 1.4426950408889634);
}
)"},
    {"gc_log_hypot", R"(
// log(hypot(a, b)); near hypot 1 through log1p of a^2 + b^2 - 1, summed without cancellation.
__device__ __forceinline__ double gc_log_hypot(double a, double b) {
  const double x = fmax(fabs(a), fabs(b));
  const double y = fmin(fabs(a), fabs(b));
  if (x >= 0.5 && x <= 2.0 && y == y && a == a && b == b) {
    const double d = x - 1.0;
    const gc_double s = gc_add(gc_add(gc_product(d, d), gc_product(y, y)), {2.0 * d, 0.0});
    return 0.5 * log1p(s.high);
  }
  if (x > 0x1p-500 && x < 0x1p500 && a == a && b == b) {
    return 0.5 * log(fma(x, x, y * y));
  }
  // Scaled by 2^-600 or 2^600 where the hypotenuse could overflow or lose digits.
  const double scale = x > 1.0 ? 0x1p-600 : 0x1p600;
  return log(hypot(scale * a, scale * b)) + (x > 1.0 ? 415.88830833596718 : -415.88830833596718);
}
__device__ __forceinline__ float gc_log_hypot(float a, float b) {
  const double x = fmax(fabs((double)a), fabs((double)b));
  const double y = fmin(fabs((double)a), fabs((double)b));
  if (a != a || b != b || x == (double)__int_as_float(0x7f800000)) {
    return logf(hypotf(a, b));
  }
  return (float)(0.5 * (x >= 0.5 && x <= 2.0 ? log1p(fma(x - 1.0, x + 1.0, y * y)) : log(x * x + y * y)));
}
)"},
};

}  // namespace gpucompute::cuda
