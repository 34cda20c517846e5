// SPDX-License-Identifier: Apache-2.0
#pragma once

// Error functions, gamma functions, and sines of multiples of pi.

#include "cpu/math/elementary.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

inline vector_f64 erf(vector_f64 a) { return sleef::erf(a); }
inline vector_f32 erf(vector_f32 a) {
  // SLEEF rounds twice where the result is nearly subnormal: there erf(a) = 2 a / sqrt(pi), the constant in two parts.
  const auto tiny = fma(a, splat<f32>(0x1.20dd76p+0F), a * -0x1.f7ac92p-25F);
  return abs(a) < 0x1p-60F ? copysign(tiny, a) : sleef::erf(a);
}

inline vector_f64 erfc(vector_f64 a) { return sleef::erfc(a); }

/// gamma(a) below -170 as gamma(a + 20) over the product of the steps between, rounded once where it is subnormal.
[[gnu::cold, gnu::noinline]] inline vector_f64 gamma_at_underflow(vector_f64 a) {
  const auto vanishes = a < -190.0;
  const auto x = vanishes ? splat<f64>(-171.5) : a;
  auto product = double_double{x, splat<f64>(0.0)};
  for (int step = 1; step < 20; ++step) product = product * (x + static_cast<double>(step));
  const auto quotient = double_double{sleef::gamma(x + 20.0) * 0x1p200, splat<f64>(0.0)} / product;
  const auto half = floor(a) * 0.5;
  const auto zero = half == floor(half) ? splat<f64>(0.0) : copysign(splat<f64>(0.0), splat<f64>(-1.0));
  return vanishes ? zero : (quotient.high + quotient.low) * 0x1p-200;
}
[[gnu::cold, gnu::noinline]] inline vector_f64 gamma_at_overflow(vector_f64 a) {
  return sleef::gamma(a - 1.0) * (a - 1.0);
}
inline vector_f64 gamma(vector_f64 a) {
  auto result = sleef::gamma(a);
  const auto low = (a < -170.0) & (result == result);
  if (rarely(low)) result = low ? gamma_at_underflow(a) : result;
  const auto high = (a > 171.0) & (a < 172.0);
  return rarely(high) ? (high ? gamma_at_overflow(a) : result) : result;
}
[[gnu::cold, gnu::noinline]] inline vector_f32 gamma_at_underflow(vector_f32 a) {
  return through_f64([](vector_f64 wide) { return gamma(wide); }, a);
}
inline vector_f32 gamma(vector_f32 a) {
  const auto result = sleef::gamma(a);
  const auto rare = a < -33.0F;  // subnormal results, and poles beside them
  return rarely(rare) ? (rare ? gamma_at_underflow(a) : result) : result;
}

/// A zero of lgamma on the negative axis and the slope there, both as high + low, and the Taylor series from h^2 on.
struct lgamma_zero {
  double high;
  double low;
  double slope;
  double slope_low;
  double coefficients[15];
};

/// Where SLEEF's difference of two logarithms cancels: all lanes of a in (-18, -2) with |lgamma| below 1/32.
[[gnu::cold, gnu::noinline]] inline vector_f64 lgamma_near_zero(vector_f64 a) {
  static constexpr lgamma_zero zeros[] = {
#include "cpu/math/lgamma_zeros.inc"
  };
  double lanes[f64::lanes];
  store<f64>(lanes, a);
  for (double& x : lanes) {
    const auto distance = [x](const lgamma_zero& zero) { return __builtin_fabs(x - zero.high); };
    const lgamma_zero* nearest = zeros;
    for (const lgamma_zero& zero : zeros) nearest = distance(zero) < distance(*nearest) ? &zero : nearest;
    const double distant = x - nearest->high;  // exact
    const double h = distant - nearest->low;
    const double h_low = (distant - h) - nearest->low;
    double sum = nearest->coefficients[14];
    for (int i = 13; i >= 0; --i) sum = __builtin_fma(sum, h, nearest->coefficients[i]);
    const double slope_errors = __builtin_fma(nearest->slope_low, h, nearest->slope * h_low);
    x = __builtin_fma(nearest->slope, h, __builtin_fma(h * h, sum, slope_errors));
  }
  return load<f64>(lanes);
}
/// a (log(a) - 1), the value near the overflow.
[[gnu::cold, gnu::noinline]] inline vector_f64 lgamma_at_overflow(vector_f64 a) {
  const auto factor = log_extended(a) + splat<f64>(-1.0);
  return (factor * (a * 0x1p-60)).high * 0x1p60;
}
inline vector_f64 lgamma(vector_f64 a) {
  auto result = sleef::lgamma(a);
  const auto near_zero = (abs(result) < 0x1p-5) & (a < -2.0) & (a > -18.0);
  if (rarely(near_zero)) result = near_zero ? lgamma_near_zero(a) : result;
  const auto large = (result == f64::infinity) & (a > 1.0) & (a < f64::infinity);
  return rarely(large) ? (large ? lgamma_at_overflow(a) : result) : result;
}
[[gnu::cold, gnu::noinline]] inline vector_f32 lgamma_rare(vector_f32 a) {
  return through_f64([](vector_f64 wide) { return lgamma(wide); }, a);
}
inline vector_f32 lgamma(vector_f32 a) {
  const auto result = sleef::lgamma(a);
  const auto near_zero = (abs(result) < 0x1p-5F) & (a < -2.0F);
  const auto large = (result == f32::infinity) & (a > 1.0F) & (a < f32::infinity);
  const auto rare = near_zero | large;
  return rarely(rare) ? (rare ? lgamma_rare(a) : result) : result;
}

/// a modulo 2 in [-1, 1], exact: SLEEF's own reduction goes through 32-bit integers.
inline vector_f64 modulo_two(vector_f64 a) { return a - rint(a * 0.5) * 2.0; }
inline vector_f32 modulo_two(vector_f32 a) { return a - rint(a * 0.5F) * 2.0F; }

/// IEEE 754's sinPi and cosPi: zeros of the sine have the argument's sign, zeros of the cosine are positive.
template <typename Vec>
Vec sine_of_pi_times(Vec a) {
  const auto reduced = modulo_two(a);
  return reduced == trunc(reduced) ? copysign(Vec{}, a) : sleef::sinpi(reduced);
}
inline vector_f64 sinpi(vector_f64 a) { return sine_of_pi_times(a); }
inline vector_f32 sinpi(vector_f32 a) { return sine_of_pi_times(a); }
inline vector_f64 cospi(vector_f64 a) { return sleef::cospi(modulo_two(a)) + 0.0; }
inline vector_f32 cospi(vector_f32 a) { return sleef::cospi(modulo_two(a)) + 0.0F; }

/// sin(pi a) / (pi a), the divisor in two parts; 1 where the next term, (pi a)^2 / 6, no longer counts.
inline vector_f64 sinc(vector_f64 a) {
  const auto sine = sinpi(a);
  const auto divisor = double_double{splat<f64>(0x1.921fb54442d18p+1), splat<f64>(0x1.1a62633145c07p-53)} * a;
  const auto reciprocal = 1.0 / divisor.high;
  const auto quotient = sine * reciprocal;
  const auto rest = fma(-quotient, divisor.high, sine) - quotient * divisor.low;
  const auto result = fma(rest, reciprocal, quotient);
  const auto large = sine == 0.0 ? splat<f64>(0.0) : result;
  return abs(a) < 0x1p-28 ? splat<f64>(1.0) : large;
}
inline vector_f32 sinc(vector_f32 a) {
  const auto sine = sinpi(a);
  const auto result = through_f64([](vector_f64 s, vector_f64 x) { return s / (x * 0x1.921fb54442d18p+1); }, sine, a);
  const auto large = sine == 0.0F ? splat<f32>(0.0F) : result;
  return abs(a) < 0x1p-14F ? splat<f32>(1.0F) : large;
}

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
