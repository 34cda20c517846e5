// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <utility>

#include "cpu/solve/probe.hpp"
#include "cpu/solve/small/vectors.hpp"

// Registers of real or complex numbers under one set of names, for the instruction set GPUCOMPUTE_ISA. Parts lie in
// registers of their own.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// Where the arithmetic of T is safe: norms between the ends (squares of moduli neither overflow nor lose digits that
/// count), pivots of at least `invertible` in size, or `squarable` where their squares are inverted.
template <typename T>
struct safe_range {
  static constexpr double least = 0x1p-400, most = 0x1p400;
  static constexpr T invertible = 0x1p-1000, squarable = 0x1p-480;
  static constexpr T smallest_normal = 0x1p-1022;
};
template <>
struct safe_range<float> {
  static constexpr double least = 0x1p-40, most = 0x1p60;
  static constexpr float invertible = 0x1p-120F, squarable = 0x1p-50F;
  static constexpr float smallest_normal = 0x1p-126F;
};

template <typename T>
struct real_numbers {
  using part = T;
  using mask = typename vector_of<T>::mask;
  using choice = typename vector_of<T>::choice;
  static constexpr int parts = 1;
  /// The least size of which inverses are right; the largest is its inverse.
  static constexpr T invertible = safe_range<T>::invertible;
  vec<T> re;

  static real_numbers splat_of(const T* value) { return {splat(*value)}; }
  static real_numbers zero() { return {vec<T>{}}; }
  friend real_numbers operator*(real_numbers a, real_numbers b) { return {a.re * b.re}; }
  friend real_numbers operator/(real_numbers a, real_numbers b) { return {a.re / b.re}; }
  /// c - a * b, c + a * b
  friend real_numbers less_product(real_numbers c, real_numbers a, real_numbers b) { return {fnma(a.re, b.re, c.re)}; }
  friend real_numbers plus_product(real_numbers c, real_numbers a, real_numbers b) { return {fma(a.re, b.re, c.re)}; }
  friend real_numbers select(mask m, real_numbers a, real_numbers b) { return {m ? a.re : b.re}; }
  friend real_numbers either(choice c, real_numbers a, real_numbers b) { return {either(c, a.re, b.re)}; }
  friend real_numbers reciprocal(real_numbers a) { return {splat(T{1}) / a.re}; }
  /// What takes time in an inverse; then 1 / a and b / a, with that of a.
  vec<T> begun_inverse() const { return splat(T{1}) / re; }
  real_numbers inverse(vec<T> begun) const { return {begun}; }
  friend real_numbers quotient_begun(real_numbers b, real_numbers, vec<T> begun) { return {b.re * begun}; }
  /// a / b from the inverse of b: as good as a division, and sooner there.
  friend real_numbers quotient(real_numbers a, real_numbers b, real_numbers inverse) {
    const real_numbers near = a * inverse;
    return plus_product(near, less_product(a, near, b), inverse);
  }
  /// What LAPACK chooses pivots by, and the modulus.
  vec<T> size() const { return magnitude(re); }
  vec<T> modulus() const { return magnitude(re); }
  /// Orders numbers by their moduli; and the modulus of a weight.
  vec<T> weight() const { return magnitude(re); }
  static T modulus_of(T weight) { return weight; }
  /// At most the modulus and at least 0.7 of it, without a square.
  vec<T> rough_modulus() const { return magnitude(re); }
  real_numbers conjugate() const { return *this; }
};

template <typename T>
struct complex_numbers {
  using part = T;
  using mask = typename vector_of<T>::mask;
  using choice = typename vector_of<T>::choice;
  static constexpr int parts = 2;
  static constexpr T invertible = safe_range<T>::squarable;
  vec<T> re, im;

  /// value[0] and value[lanes] are the parts.
  static complex_numbers splat_of(const T* value) { return {splat(*value), splat(value[lanes<T>])}; }
  static complex_numbers zero() { return {vec<T>{}, vec<T>{}}; }
  friend complex_numbers operator*(complex_numbers a, complex_numbers b) {
    return {fnma(a.im, b.im, a.re * b.re), fma(a.im, b.re, a.re * b.im)};
  }
  /// Smith's way: no square overflows.
  friend complex_numbers operator/(complex_numbers a, complex_numbers b) {
    const auto wide = magnitude(b.re) >= magnitude(b.im);
    const vec<T> large = wide ? b.re : b.im;
    const vec<T> little = wide ? b.im : b.re;
    const vec<T> ratio = little / large;
    const vec<T> below = fma(little, ratio, large);
    const vec<T> real = wide ? fma(a.im, ratio, a.re) : fma(a.re, ratio, a.im);
    const vec<T> imaginary = wide ? fnma(a.re, ratio, a.im) : -fnma(a.im, ratio, a.re);
    return {real / below, imaginary / below};
  }
  friend complex_numbers less_product(complex_numbers c, complex_numbers a, complex_numbers b) {
    return {fma(a.im, b.im, fnma(a.re, b.re, c.re)), fnma(a.im, b.re, fnma(a.re, b.im, c.im))};
  }
  friend complex_numbers plus_product(complex_numbers c, complex_numbers a, complex_numbers b) {
    return {fnma(a.im, b.im, fma(a.re, b.re, c.re)), fma(a.im, b.re, fma(a.re, b.im, c.im))};
  }
  friend complex_numbers select(mask m, complex_numbers a, complex_numbers b) {
    return {m ? a.re : b.re, m ? a.im : b.im};
  }
  friend complex_numbers either(choice c, complex_numbers a, complex_numbers b) {
    return {either(c, a.re, b.re), either(c, a.im, b.im)};
  }
  friend complex_numbers reciprocal(complex_numbers a) { return complex_numbers{splat(T{1}), vec<T>{}} / a; }
  vec<T> begun_inverse() const { return splat(T{1}) / weight(); }
  complex_numbers inverse(vec<T> begun) const { return {re * begun, -im * begun}; }
  friend complex_numbers quotient_begun(complex_numbers b, complex_numbers a, vec<T> begun) {
    const complex_numbers product = b * a.conjugate();
    return {product.re * begun, product.im * begun};
  }
  friend complex_numbers quotient(complex_numbers a, complex_numbers, complex_numbers inverse) { return a * inverse; }
  vec<T> size() const { return magnitude(re) + magnitude(im); }
  vec<T> modulus() const { return square_root(weight()); }
  vec<T> weight() const { return fma(re, re, im * im); }
  static T modulus_of(T weight) { return std::sqrt(weight); }
  vec<T> rough_modulus() const { return larger(magnitude(re), magnitude(im)); }
  complex_numbers conjugate() const { return {re, -im}; }
};

/// 2^e <= a, the largest, for positive normal a; what is below counts as the smallest normal number.
inline doubles power_below(doubles a) {
  const auto exponent = reinterpret_cast<double_mask>(larger(a, splat(safe_range<double>::smallest_normal)));
  return reinterpret_cast<doubles>(exponent & std::int64_t{0x7ff0000000000000});
}
inline floats power_below(floats a) {
  const auto exponent = reinterpret_cast<float_mask>(larger(a, splat(safe_range<float>::smallest_normal)));
  return reinterpret_cast<floats>(exponent & 0x7f800000);
}

/// Gathers the largest rough modulus lane by lane; NaN where a number was not finite.
template <typename Number>
class growth {
  using T = typename Number::part;

 public:
  void take(const Number& x) {
    largest_ = larger(x.rough_modulus(), largest_);
    total_ += x.size();
  }
  vec<T> value() const { return largest_ + (total_ - total_); }

 private:
  vec<T> largest_ = {};
  vec<T> total_ = {};  ///< a sum keeps the NaN that a maximum loses
};

/// Of the screening's right-hand side.
template <typename T>
T probe(std::int64_t row) {
  return static_cast<T>(first_probe_entries[static_cast<std::size_t>(row) % first_probe_entries.size()]);
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
