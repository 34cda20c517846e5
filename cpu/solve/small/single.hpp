// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>

#include "cpu/solve/small/column.hpp"
#include "cpu/solve/small/table.hpp"
#include "cpu/solve/small/tiles.hpp"
#include "cpu/solve/small/tiny.hpp"

// One system: registers run down its columns. No row is moved; the pivots' rows leave the set of those that are eliminated,
// and `place` knows where LAPACK would have each.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// Of order at most Registers * lanes.
template <typename Number, int Registers>
class single : column_of<Number, Registers> {
  using steps = column_of<Number, Registers>;
  using steps::at;
  using steps::growth_of;
  using steps::larger_of;
  using steps::norm_of;
  using steps::numbers;
  using steps::put;
  using steps::row;
  using steps::subtract;
  using steps::sum_of;
  using T = typename Number::part;
  using mask = typename Number::mask;
  using integer = typename vector_of<T>::integer;
  static constexpr int width = lanes<T>;
  static constexpr int height = Registers * width;
  /// Right-hand sides that are solved at once, beside that of the screening.
  static constexpr int panel = width;
  static_assert(height <= 64, "rows are bits of one number");

 public:
  single(const task& work, std::int64_t system)
      : work_(work), systems_(work.systems), system_(system), n_(static_cast<int>(systems_.order)) {}

  void run(solving::small_outcome* outcomes, double* errors) {
    take_matrix();
    const std::int64_t given = systems_.right_hand_sides;
    T grown = 0;
    T worst = 0;
    bool safe = norm_ >= least && total_ <= most;
    for (std::int64_t done = 0; done < given || done == 0; done += panel) {
      const auto columns = static_cast<int>(given - done < panel ? given - done : panel);
      const bool screening = done == 0 && systems_.screened;
      take_right_hand_sides(done, columns, screening);
      done == 0 ? factor() : eliminate();
      if (singular_ < 0) solve();
      if (screening) grown = growth_of(x_[columns]);
      safe = verify(done, columns, worst, errors) && safe;
      give(done, columns);
    }
    report(work_, system_,
           {.norm = static_cast<double>(norm_),
            .growth = static_cast<double>(grown),
            .scale = static_cast<double>(scale_),
            .backward_error = static_cast<double>(worst),
            .singular_at = singular_,
            .safe = safe},
           outcomes[system_], errors);
  }

 private:
  static constexpr T least = static_cast<T>(safe_range<T>::least);
  static constexpr T most = static_cast<T>(safe_range<T>::most);

  void take_matrix() {
    take_columns(static_cast<const char*>(systems_.a) + system_ * systems_.a_system, work_.row, work_.column, n_, n_,
                 original_);
    vec<T> sums[Registers] = {};
    vec<T> largest = {};
    for (int j = 0; j < n_; ++j) {
      for (int r = 0; r < Registers; ++r) {
        a_[j][r] = original_[j][r];
        sums[r] += a_[j][r].modulus();
        largest = larger(largest, a_[j][r].rough_modulus());
      }
    }
    vec<T> inf = sums[0];
    vec<T> total = sums[0];
    for (int r = 1; r < Registers; ++r) {
      inf = larger(sums[r], inf);
      total += sums[r];
    }
    norm_ = across<T>(inf, larger_of);
    total_ = across<T>(total, sum_of);
    scale_ = power_below(splat(across<T>(largest, larger_of)))[0];
  }

  /// The right-hand sides are eliminated on the way. Two pivots at a time: memory of the other columns is what counts.
  void factor() {
    for (int r = 0; r < Registers; ++r) alive_[r] = numbers(r) < static_cast<integer>(n_);
    for (int i = 0; i < n_; ++i) place_[i] = row_at_[i] = i;
    singular_ = -1;
    divides_ = false;
    for (int k = 0; k < n_; k += 2) {
      Number first[Registers], second[Registers];
      if (!take_pivot(k, first)) return;
      if (k + 1 == n_) return;
      const int p = row_at_[k];
      subtract(a_[k + 1], first, row(a_[k + 1], p));
      if (!take_pivot(k + 1, second)) return;
      const int q = row_at_[k + 1];
      const Number between = row(first, q);
      const auto subtract_both = [&](Number* column) {
        const Number one = row(column, p);
        const Number two = less_product(row(column, q), between, one);
        for (int r = 0; r < Registers; ++r) {
          column[r] = less_product(less_product(column[r], first[r], one), second[r], two);
        }
      };
      for (int j = k + 2; j < n_; ++j) subtract_both(a_[j]);
      for (int c = 0; c < columns_; ++c) subtract_both(y_[c]);
    }
  }
  /// False where column k has none; else what it subtracts from the rows that are left.
  bool take_pivot(int k, Number* factors) {
    Number* const column = a_[k];
    T best = 0;
    const int p = choose(column, k, best);
    if (best == 0) {
      singular_ = k;
      return false;
    }
    const int before = row_at_[k];
    const auto place = static_cast<int>(place_[p]);
    row_at_[place] = before;
    place_[before] = place;
    row_at_[k] = p;
    place_[p] = k;
    for (int r = 0; r < Registers; ++r) alive_[r] &= numbers(r) != static_cast<integer>(p);
    const Number pivot = row(column, p);
    if (best >= Number::invertible && best <= 1 / Number::invertible) [[likely]] {
      const Number inverse = inverse_of_pivot(pivot, best);
      put(inverse_, k, inverse);
      for (int r = 0; r < Registers; ++r) factors[r] = column[r] * inverse;
    } else {
      divides_ = true;
      for (int r = 0; r < Registers; ++r) factors[r] = column[r] / pivot;
    }
    for (int r = 0; r < Registers; ++r) {
      column[r] = select(alive_[r], factors[r], column[r]);
      factors[r] = select(alive_[r], factors[r], Number::zero());
    }
    return true;
  }
  /// The row of the largest element that is left; of several the one that LAPACK meets first.
  int choose(const Number* column, int k, T& best) const {
    vec<T> sizes[Registers];
    for (int r = 0; r < Registers; ++r) sizes[r] = alive_[r] ? column[r].size() : splat(T{-1});
    vec<T> most_here = sizes[0];
    for (int r = 1; r < Registers; ++r) most_here = larger(sizes[r], most_here);
    best = across<T>(most_here, larger_of);
    std::uint64_t equal = 0;
    for (int r = 0; r < Registers; ++r) {
      equal |= static_cast<std::uint64_t>(bits(sizes[r] == splat(best))) << static_cast<unsigned>(r * width);
    }
    if (equal == 0) return row_at_[k];  // NaN
    int chosen = __builtin_ctzll(equal);
    for (equal &= equal - 1; equal != 0; equal &= equal - 1) {
      const int other = __builtin_ctzll(equal);
      if (place_[other] < place_[chosen]) chosen = other;
    }
    return chosen;
  }
  /// `size` is known before the pivot: a real one lacks the sign alone.
  static Number inverse_of_pivot(const Number& pivot, T size) {
    if constexpr (Number::parts == 1) {
      const T inverse = T{1} / size;
      return {pivot.re < vec<T>{} ? splat(-inverse) : splat(inverse)};
    } else {
      return pivot.inverse(splat(T{1} / (pivot.re[0] * pivot.re[0] + pivot.im[0] * pivot.im[0])));
    }
  }

  void take_right_hand_sides(std::int64_t done, int columns, bool screening) {
    columns_ = columns + (screening ? 1 : 0);
    take_columns(static_cast<const char*>(systems_.b) + system_ * systems_.b_system + done * systems_.b_column,
                 systems_.b_row, systems_.b_column, n_, columns, b_);
    for (int c = 0; c < columns; ++c) {
      for (int r = 0; r < Registers; ++r) {
        if (work_.conjugated) b_[c][r] = b_[c][r].conjugate();
        y_[c][r] = b_[c][r];
      }
    }
    for (int r = 0; r < Registers && screening; ++r) {
      y_[columns][r] = Number::zero();
      for (int i = r * width; i < n_ && i < (r + 1) * width; ++i) y_[columns][r].re[i % width] = scale_ * probe<T>(i);
    }
    for (int c = 0; c < columns_; ++c) {
      for (int r = 0; r < Registers; ++r) x_[c][r] = Number::zero();
    }
  }

  void eliminate() {
    for (int k = 0; k + 1 < n_; ++k) {
      Number factors[Registers];  // of the rows that come later than the pivot's
      for (int r = 0; r < Registers; ++r) {
        factors[r] = select(load_mask(place_ + r * width) > static_cast<integer>(k), a_[k][r], Number::zero());
      }
      for (int c = 0; c < columns_; ++c) subtract(y_[c], factors, row(y_[c], row_at_[k]));
    }
  }
  static mask load_mask(const integer* from) {
    mask result;
    __builtin_memcpy(&result, from, sizeof result);
    return result;
  }

  /// y_, eliminated and in the rows of a, becomes x_, in the columns'.
  void solve() {
    for (int k = n_ - 1; k >= 0; --k) {
      const Number pivot = row(a_[k], row_at_[k]);
      const Number inverse = row(inverse_, k);
      for (int c = 0; c < columns_; ++c) {
        const Number side = row(y_[c], row_at_[k]);
        const Number x = divides_ ? side / pivot : quotient(side, pivot, inverse);
        put(x_[c], k, x);
        subtract(y_[c], a_[k], x);
      }
    }
  }

  /// False where numbers were not safe to compute backward errors with.
  bool verify(std::int64_t done, int columns, T& worst, double* errors) {
    T norm_b[panel];
    for (int c = 0; c < columns; ++c) norm_b[c] = norm_of(b_[c]);
    for (int j = 0; j < n_; ++j) {
      for (int c = 0; c < columns; ++c) subtract(b_[c], original_[j], row(x_[c], j));
    }
    bool safe = true;
    for (int c = 0; c < columns; ++c) {
      vec<T> sum = {};
      for (int r = 0; r < Registers; ++r) sum += b_[c][r].weight();
      const T total = Number::modulus_of(across<T>(sum, sum_of));  // a sum keeps the NaN that a maximum loses
      const T norm_x = norm_of(x_[c]);
      const T below = norm_ * norm_x + norm_b[c];
      const T error = norm_of(b_[c]) / below;
      worst = larger_of(error, worst);
      if (errors != nullptr) errors[system_ * systems_.right_hand_sides + done + c] = static_cast<double>(error);
      safe = safe && below >= least && norm_x <= most && norm_b[c] <= most && total <= most;
    }
    return safe;
  }

  void give(std::int64_t done, int columns) {
    for (int c = 0; c < columns && work_.conjugated; ++c) {
      for (int r = 0; r < Registers; ++r) x_[c][r] = x_[c][r].conjugate();
    }
    give_columns(x_, n_, columns,
                 static_cast<char*>(systems_.x) + system_ * systems_.x_system + done * systems_.x_column,
                 systems_.x_row, systems_.x_column);
  }

  const task& work_;
  const solving::small_systems& systems_;
  std::int64_t system_;
  int n_;
  int columns_ = 0;  ///< of y_ with the screening's
  T norm_, total_, scale_;
  std::int32_t singular_;
  bool divides_;  ///< for want of the inverse of a pivot
  mask alive_[Registers];
  int row_at_[height];
  integer place_[height] = {};
  Number inverse_[Registers];  ///< of pivot k in row k
  Number a_[height][Registers], original_[height][Registers];
  Number b_[panel][Registers], y_[panel + 1][Registers], x_[panel + 1][Registers];
};

/// Numbers of registers that there is code for.
constexpr int rounded_registers(int needed) {
  return needed <= 4 ? needed : needed <= 8 ? (needed + 1) / 2 * 2 : (needed + 3) / 4 * 4;
}

template <typename Number>
void run_single(const task& work, std::int64_t first, std::int64_t, solving::small_outcome* outcomes, double* errors) {
  constexpr std::int64_t width = lanes<typename Number::part>;
  const std::int64_t n = work.systems.order;
  if (run_tiny<Number>(work, first, outcomes, errors)) return;
  using solver = void (*)(const task&, std::int64_t, solving::small_outcome*, double*);
  constexpr auto of_registers = []<int... Less>(std::integer_sequence<int, Less...>) {
    return std::array<solver, sizeof...(Less)>{[](const task& t, std::int64_t s, solving::small_outcome* o, double* e) {
      single<Number, rounded_registers(Less + 1)>(t, s).run(o, e);
    }...};
  }
  (std::make_integer_sequence<int, static_cast<int>(most_rows / width)>());
  of_registers[static_cast<std::size_t>((n - 1) / width)](work, first, outcomes, errors);
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
