// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/solve/small/numbers.hpp"

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// What is done with one column in so many registers; lanes beyond its rows hold zeros.
template <typename Number, int Registers>
class column_of {
 protected:
  using T = typename Number::part;
  using mask = typename Number::mask;
  using integer = typename vector_of<T>::integer;
  static constexpr int width = lanes<T>;
  static constexpr int parts = Number::parts;

  static T larger_of(T a, T b) { return a > b ? a : b; }
  static T sum_of(T a, T b) { return a + b; }
  static mask numbers(int r) { return lane_numbers<T>() + static_cast<integer>(r * width); }
  /// The first of both parts of row i; the other is `width` further.
  static T* at(Number* column, int i) { return reinterpret_cast<T*>(column) + i / width * width * parts + i % width; }
  static const T* at(const Number* column, int i) { return at(const_cast<Number*>(column), i); }

  static T norm_of(const Number* column) {
    vec<T> norm = column[0].modulus();
    for (int r = 1; r < Registers; ++r) norm = larger(column[r].modulus(), norm);
    return across<T>(norm, larger_of);
  }

  static T growth_of(const Number* column) {
    vec<T> most_here = column[0].rough_modulus();
    for (int r = 1; r < Registers; ++r) most_here = larger(column[r].rough_modulus(), most_here);
    return across<T>(most_here, larger_of);
  }

  /// Row p of the column times the factors.
  static void subtract(Number* column, const Number* factors, int p) {
    const Number top = Number::splat_of(at(column, p));
    for (int r = 0; r < Registers; ++r) column[r] = less_product(column[r], factors[r], top);
  }
  /// `size` is known before the pivot: a real one lacks the sign alone.
  static Number inverse_of(const Number& pivot, T size) {
    if constexpr (parts == 1) {
      const T inverse = T{1} / size;
      return {pivot.re < vec<T>{} ? splat(-inverse) : splat(inverse)};
    } else {
      return reciprocal(pivot);
    }
  }

  /// Of numbers that all lanes share: dividing registers takes longer.
  static Number quotient(const Number& a, const Number& b) {
    if constexpr (parts == 1) {
      return {splat(a.re[0] / b.re[0])};
    } else {
      return a / b;
    }
  }

  /// Whole registers are written: a register that is read after a part of it was written waits for long.
  static void put(Number* column, int i, const Number& value) {
    Number& target = column[i / width];
    target = select(lane_numbers<T>() == static_cast<integer>(i % width), value, target);
  }
  static Number product_sum(const Number* a, const Number* x) {
    Number sum = a[0] * x[0];
    for (int r = 1; r < Registers; ++r) sum = plus_product(sum, a[r], x[r]);
    sum.re = splat(across<T>(sum.re, sum_of));
    if constexpr (parts == 2) sum.im = splat(across<T>(sum.im, sum_of));
    return sum;
  }
  static Number difference(Number a, const Number& b) {
    a.re -= b.re;
    if constexpr (parts == 2) a.im -= b.im;
    return a;
  }
};

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
