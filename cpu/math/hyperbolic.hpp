// SPDX-License-Identifier: Apache-2.0
#pragma once

// sinh, cosh and tanh: |a| = k ln 2 + r, and by the addition theorems from sinh(r) and cosh(r) - 1, or from exp(r).

#include "cpu/math/double_double.hpp"
#include "cpu/math/exponential.hpp"

namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA {

/// exp(a) / 2 for large a, where sinh and cosh are that.
[[gnu::cold, gnu::noinline]] inline vector_f64 half_exp_far(vector_f64 a) {
  auto result = exp_extended({at_most(a, 1000.0), splat<f64>(0.0)});
  result.exponent -= 1.0;
  return a == a ? value(result).high : a;
}
[[gnu::cold, gnu::noinline]] inline vector_f32 half_exp_far(vector_f32 a) {
  return through_f64([](vector_f64 wide) { return exp(wide) * 0.5; }, a);
}
/// Whence half_exp_far takes over: still far from where 2^(-k - 1) is subnormal.
inline constexpr double far_for_hyperbolic(f64) { return 700.0; }
inline constexpr float far_for_hyperbolic(f32) { return 85.0F; }

/// What sinh and cosh share.
template <typename F>
struct hyperbolic_parts {
  typename F::vec r;
  typename F::vec sine;    ///< sinh(r) - r, with what r lost to rounding
  typename F::vec cosine;  ///< cosh(r) - 1
  typename F::vec grown;   ///< 2^(k - 1)
  typename F::vec faded;   ///< 2^(-k - 1)
};
template <typename F>
hyperbolic_parts<F> parts_of_hyperbolic(typename F::vec a) {
  const auto r = reduce_exponent<F>(a);
  const auto square = r.high * r.high;
  const auto cubic = square * polynomial(square, polynomials<F>::sinh);
  const auto power = to_bits(r.shifted) << F::mantissa_bits;
  constexpr auto half = F::bits_of_one - (decltype(F::bits_of_one){1} << F::mantissa_bits);
  return {r.high, fma(r.high, cubic, r.low), square * polynomial(square, polynomials<F>::cosh), from_bits(half + power),
          from_bits(half - power)};
}

/// whole (1 + cosine) + other (r + sine); whole is 0 or at least |other r|.
template <typename F>
typename F::vec addition_theorem(const hyperbolic_parts<F>& a, parts<F> whole, typename F::vec other) {
  const auto product = two_product(other, a.r);
  const auto leading = quick_two_sum(whole.high, product.high);
  const auto rest = fma(whole.high, a.cosine, fma(other, a.sine, product.low));
  return leading.high + (leading.low + (rest + whole.low));
}
template <typename F>
typename F::vec sinh_of(typename F::vec a) {
  const auto size = abs(a);
  const auto half = parts_of_hyperbolic<F>(size);
  const auto result = addition_theorem<F>(half, quick_two_sum(half.grown, -half.faded), half.grown + half.faded);
  constexpr auto far = far_for_hyperbolic(F{});
  if (any_beyond(size, far)) [[unlikely]]
    return copysign(size < far ? result : half_exp_far(size), a);
  return copysign(result, a);
}
template <typename F>
typename F::vec cosh_of(typename F::vec a) {
  const auto size = abs(a);
  const auto half = parts_of_hyperbolic<F>(size);
  const auto result = addition_theorem<F>(half, quick_two_sum(half.grown, half.faded), half.grown - half.faded);
  constexpr auto far = far_for_hyperbolic(F{});
  if (any_beyond(size, far)) [[unlikely]]
    return size < far ? result : half_exp_far(size);
  return result;
}
inline vector_f64 sinh(vector_f64 a) { return sinh_of<f64>(a); }
inline vector_f32 sinh(vector_f32 a) { return sinh_of<f32>(a); }
inline vector_f64 cosh(vector_f64 a) { return cosh_of<f64>(a); }
inline vector_f32 cosh(vector_f32 a) { return cosh_of<f32>(a); }

/// n / (n + 2) for n = exp(2 |a|) - 1; from `one` on |a| gives 1.
template <typename F>
typename F::vec tanh_of(typename F::vec a, typename F::scalar one) {
  const auto size = at_most(abs(a), one);
  const auto sum = expm1_within<F>(size + size);
  const auto numerator = quick_two_sum(sum.high, sum.low);
  const auto denominator = quick_two_sum(at_least(numerator.high, 2), at_most(numerator.high, 2));
  return copysign(quotient<F>(numerator, {denominator.high, denominator.low + numerator.low}), a);
}
inline vector_f64 tanh(vector_f64 a) { return tanh_of<f64>(a, 25.0); }
inline vector_f32 tanh(vector_f32 a) { return tanh_of<f32>(a, 12.0F); }

}  // namespace gpucompute::cpu::math::GPUCOMPUTE_MATH_ISA
