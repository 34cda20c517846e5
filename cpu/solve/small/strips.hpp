// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <utility>

#include "cpu/solve/small/numbers.hpp"

// Steps over Rows rows of a column of systems side by side: loops that end where the compiler knows it leave what they work
// on in registers. Columns are `stride` registers apart.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

template <typename T>
struct norms {
  vec<T> infinity;
  vec<T> total;    ///< of all moduli: a sum keeps the NaN that a maximum loses
  vec<T> largest;  ///< rough modulus
};

template <typename Number, int Rows>
class strip {
  using T = typename Number::part;
  using mask = typename Number::mask;
  using integer = typename vector_of<T>::integer;
  static constexpr int room = Rows > 0 ? Rows : 1;

  struct exchange {
    typename Number::choice here[room];

    explicit exchange(mask row) {
      for (int i = 0; i < Rows; ++i) here[i] = equal(row, mask{} + static_cast<integer>(i));
    }
    /// Of the number above these rows and that in the chosen one; in lanes where it is -1, of none.
    void operator()(Number& above, Number (&rows)[room]) const {
      const Number before = above;
      for (int i = 0; i < Rows; ++i) {
        above = either(here[i], rows[i], above);
        rows[i] = either(here[i], before, rows[i]);
      }
    }
  };

  // Unrolled before GCC 12 makes a memcpy of them, which copies registers by halves.
  static void take(const Number* from, Number (&to)[room]) {
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i) to[i] = from[i];
  }
  static void give(const Number (&from)[room], Number* to) {
#pragma GCC unroll 16
    for (int i = 0; i < Rows; ++i) to[i] = from[i];
  }

 public:
  /// Finds the pivot in a column of 1 + Rows rows, brings it up and divides what is below by it; which row it came from,
  /// counted from the first of Rows, -1 where it stood on top. Lanes of zeros all over are divided by 1.
  static mask find_pivot(Number* column, mask& zero) {
    Number rows[room];
    take(column + 1, rows);
    Number pivot = *column;
    vec<T> best = pivot.size();
    mask row = mask{} - 1;
    for (int i = 0; i < Rows; ++i) {
      const vec<T> size = rows[i].size();
      row = size > best ? mask{} + static_cast<integer>(i) : row;
      best = larger(size, best);
    }
    zero = best == vec<T>{};
    const exchange swap(row);
    swap(pivot, rows);
    *column = pivot;
    const T one_part[2 * lanes<T>] = {1};
    if (bits(zero) != 0) pivot = select(zero, Number::splat_of(one_part), pivot);
    constexpr T invertible = safe_range<T>::invertible;
    if (__builtin_expect(bits((best < splat(invertible)) | (best > splat(1 / invertible))), 0) != 0) {
      for (int i = 0; i < Rows; ++i) rows[i] = rows[i] / pivot;
    } else {
      const Number inverse = reciprocal(pivot);
      for (int i = 0; i < Rows; ++i) rows[i] = rows[i] * inverse;
    }
    give(rows, column + 1);
    return row;
  }

  /// From `columns` columns of 1 + Rows rows, with what find_pivot() made of the column of the pivot.
  static void eliminate(mask row, const Number* factors, Number* column, std::int64_t columns, std::int64_t stride) {
    const exchange swap(row);
    Number below[room];
    take(factors + 1, below);
    for (std::int64_t c = 0; c < columns; ++c, column += stride) {
      Number rows[room];
      take(column + 1, rows);
      Number top = *column;
      swap(top, rows);
      *column = top;
      for (int i = 0; i < Rows; ++i) column[1 + i] = less_product(rows[i], below[i], top);
    }
  }

  /// The unknown below Rows rows, of each of `columns` columns, and what it leaves in the rows above.
  static void substitute(const Number* factors, const Number& diagonal, Number* column, std::int64_t columns,
                         std::int64_t stride) {
    for (std::int64_t c = 0; c < columns; ++c, column += stride) {
      const Number x = column[Rows] / diagonal;
      column[Rows] = x;
      for (int i = 0; i < Rows; ++i) column[i] = less_product(column[i], factors[i], x);
    }
  }

  /// r - a x, of `columns` columns of Rows rows.
  static void residual(const Number* a, std::int64_t columns, const Number* x, Number* r) {
    Number rows[room];
    take(r, rows);
    for (std::int64_t j = 0; j < columns; ++j, a += Rows) {
      for (int i = 0; i < Rows; ++i) rows[i] = less_product(rows[i], a[i], x[j]);
    }
    give(rows, r);
  }

  /// Of a matrix of Rows rows.
  static norms<T> copy_with_norms(const Number* from, std::int64_t columns, Number* to) {
    vec<T> sums[room] = {};
    norms<T> of = {};
    for (std::int64_t j = 0; j < columns; ++j, from += Rows, to += Rows) {
      for (int i = 0; i < Rows; ++i) {
        const Number one = from[i];
        sums[i] += one.modulus();
        of.largest = larger(of.largest, one.rough_modulus());
        to[i] = one;
      }
    }
    for (int i = 0; i < Rows; ++i) {
      of.infinity = larger(sums[i], of.infinity);
      of.total += sums[i];
    }
    return of;
  }
};

/// The steps over so many rows.
template <typename Number>
struct strip_steps {
  decltype(&strip<Number, 1>::find_pivot) find_pivot;
  decltype(&strip<Number, 1>::eliminate) eliminate;
  decltype(&strip<Number, 1>::substitute) substitute;
  decltype(&strip<Number, 1>::residual) residual;
  decltype(&strip<Number, 1>::copy_with_norms) copy_with_norms;
};
template <typename Number, int... Rows>
constexpr std::array<strip_steps<Number>, sizeof...(Rows)> strips_of(std::integer_sequence<int, Rows...>) {
  return {{{&strip<Number, Rows>::find_pivot, &strip<Number, Rows>::eliminate, &strip<Number, Rows>::substitute,
            &strip<Number, Rows>::residual, &strip<Number, Rows>::copy_with_norms}...}};
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
