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
  /// Row i in all lanes.
  static Number row(const Number* column, int i) { return Number::splat_of(at(column, i)); }
  /// Of a number that all lanes share. Reading the whole register soon afterwards waits for long.
  static void put(Number* column, int i, const Number& value) {
    T* const to = at(column, i);
    to[0] = value.re[0];
    if constexpr (parts == 2) to[width] = value.im[0];
  }

  static T norm_of(const Number* column) {
    vec<T> most_here = column[0].weight();
    for (int r = 1; r < Registers; ++r) most_here = larger(column[r].weight(), most_here);
    return Number::modulus_of(across<T>(most_here, larger_of));
  }

  static T growth_of(const Number* column) {
    growth<Number> seen;
    for (int r = 0; r < Registers; ++r) seen.take(column[r]);
    return across<T>(seen.value(), [](T a, T b) { return a > b || a != a ? a : b; });  // either NaN stays
  }

  static void subtract(Number* column, const Number* factors, const Number& times) {
    for (int r = 0; r < Registers; ++r) column[r] = less_product(column[r], factors[r], times);
  }
};

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
