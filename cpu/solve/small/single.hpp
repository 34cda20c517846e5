// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/solve/small/column.hpp"
#include "cpu/solve/small/table.hpp"
#include "cpu/solve/small/tiny.hpp"

// One system: registers run down its columns. No row is moved; the pivots' rows leave the set of those that are eliminated,
// and `place` knows where LAPACK would have each.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// Of order at most Registers * lanes.
template <typename Number, int Registers>
class single : column_of<Number, Registers> {
  using steps = column_of<Number, Registers>;
  using steps::at;
  using steps::difference;
  using steps::growth_of;
  using steps::inverse_of;
  using steps::larger_of;
  using steps::norm_of;
  using steps::numbers;
  using steps::product_sum;
  using steps::put;
  using steps::quotient;
  using steps::subtract;
  using steps::sum_of;
  using T = typename Number::part;
  using mask = typename Number::mask;
  using integer = typename vector_of<T>::integer;
  static constexpr int width = lanes<T>;
  static constexpr int parts = Number::parts;
  static constexpr auto element = static_cast<std::int64_t>(sizeof(T)) * parts;
  static constexpr int height = Registers * width < most_rows ? Registers * width : most_rows;

 public:
  single(const task& work, std::int64_t system)
      : work_(work), systems_(work.systems), system_(system), n_(static_cast<int>(systems_.order)) {}

  void run(solving::small_outcome* outcomes, double* errors) {
    for (int j = 0; j < n_; ++j) {
      take(systems_.a, systems_.a_system, work_.row, j * work_.column, a_[j]);
      for (int r = 0; r < Registers; ++r) original_[j][r] = a_[j][r];
    }
    take_norms();
    const std::int64_t given = systems_.right_hand_sides;
    T growth = 0;
    T worst = 0;
    bool safe = norm_ >= least && total_ <= most;
    for (std::int64_t done = 0; done < given || done == 0; done += panel) {
      const auto columns = static_cast<int>(given - done < panel ? given - done : panel);
      const bool screening = done == 0 && systems_.screened;
      take_right_hand_sides(done, columns, screening);
      if (done == 0) {
        factor(work_.transposed ? 0 : columns_);
      } else if (!work_.transposed) {
        eliminate();
      }
      if (singular_ >= 0) {
        clear_solutions();
      } else if (work_.transposed) {
        solve_transposed();
      } else {
        solve();
      }
      if (screening) growth = growth_of(x_[columns]);
      for (int c = 0; c < columns; ++c) {
        safe = verify(c, done + c, worst, errors) && safe;
        give(c, done + c);
      }
    }
    report(work_, system_,
           {.norm = static_cast<double>(norm_),
            .growth = static_cast<double>(growth),
            .scale = static_cast<double>(scale_),
            .backward_error = static_cast<double>(worst),
            .singular_at = singular_,
            .safe = safe},
           outcomes[system_], errors);
  }

 private:
  static constexpr T least = static_cast<T>(safe_range<T>::least);
  static constexpr T most = static_cast<T>(safe_range<T>::most);

  /// One column of n_ elements, zeros below.
  void take(const void* from, std::int64_t system, std::int64_t row, std::int64_t offset, Number* to) const {
    const char* const base = static_cast<const char*>(from) + system_ * system + offset;
    for (int r = 0; r < Registers; ++r) to[r] = Number::zero();
    if constexpr (parts == 1) {
      if (row == element) {
        for (int r = 0; r < Registers && r * width < n_; ++r) {
          const T* const x = reinterpret_cast<const T*>(base) + r * width;
          to[r].re = n_ - r * width >= width ? load(x) : load_part(x, n_ - r * width);
        }
        return;
      }
    }
    for (int i = 0; i < n_; ++i) {
      for (int p = 0; p < parts; ++p) at(to, i)[p * width] = reinterpret_cast<const T*>(base + i * row)[p];
    }
  }

  void take_norms() {
    vec<T> rows[Registers] = {};
    vec<T> largest = {};
    T one = 0;
    total_ = 0;
    for (int j = 0; j < n_; ++j) {
      vec<T> sum = {};
      for (int r = 0; r < Registers; ++r) {
        const vec<T> size = a_[j][r].modulus();
        rows[r] += size;
        sum += size;
        largest = larger(largest, a_[j][r].rough_modulus());
      }
      const T column_sum = across<T>(sum, sum_of);
      one = larger_of(column_sum, one);
      total_ += column_sum;
    }
    vec<T> inf = rows[0];
    for (int r = 1; r < Registers; ++r) inf = larger(rows[r], inf);
    norm_ = work_.transposed ? one : across<T>(inf, larger_of);
    scale_ = power_below(splat(across<T>(largest, larger_of)))[0];
  }

  /// The first `along` right-hand sides are eliminated on the way.
  void factor(int along) {
    mask alive[Registers];
    for (int r = 0; r < Registers; ++r) alive[r] = numbers(r) < static_cast<integer>(n_);
    for (int i = 0; i < n_; ++i) place_[i] = row_at_[i] = i;
    singular_ = -1;
    for (int k = 0; k < n_; ++k) {
      T best = 0;
      const int p = choose(a_[k], alive, k, best);
      const int before = row_at_[k];
      const auto place = static_cast<int>(place_[p]);
      row_at_[place] = before;
      place_[before] = place;
      row_at_[k] = p;
      place_[p] = k;
      for (int r = 0; r < Registers; ++r) alive[r] &= numbers(r) != static_cast<integer>(p);
      if (best == 0 || k + 1 == n_) continue;  // nothing in this column is left to eliminate
      const Number pivot = Number::splat_of(at(a_[k], p));
      const bool divided = best < safe_range<T>::invertible || best > 1 / safe_range<T>::invertible;
      Number factors[Registers];
      const Number inverse = inverse_of(pivot, best);
      for (int r = 0; r < Registers; ++r) {
        const Number scaled =
            __builtin_expect(static_cast<long>(divided), 0) != 0 ? a_[k][r] / pivot : a_[k][r] * inverse;
        factors[r] = select(alive[r], scaled, Number::zero());
        a_[k][r] = select(alive[r], scaled, a_[k][r]);
      }
      for (int j = k + 1; j < n_; ++j) subtract(a_[j], factors, p);
      for (int c = 0; c < along; ++c) subtract(y_[c], factors, p);
    }
  }
  /// The row of the largest element that is left; of several the one that LAPACK meets first.
  int choose(const Number* column, const mask* alive, int k, T& best) {
    if (k + 1 == n_) {
      best = Number::splat_of(at(column, row_at_[k])).size()[0];
      if (best == 0 && singular_ < 0) singular_ = k;
      return row_at_[k];
    }
    vec<T> sizes[Registers];
    for (int r = 0; r < Registers; ++r) sizes[r] = alive[r] ? column[r].size() : splat(T{-1});
    vec<T> most_here = sizes[0];
    for (int r = 1; r < Registers; ++r) most_here = larger(sizes[r], most_here);
    best = across<T>(most_here, larger_of);
    if (best == 0 && singular_ < 0) singular_ = k;
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

  void take_right_hand_sides(std::int64_t done, int columns, bool screening) {
    columns_ = columns + (screening ? 1 : 0);
    for (int c = 0; c < columns; ++c) {
      take(systems_.b, systems_.b_system, systems_.b_row, (done + c) * systems_.b_column, b_[c]);
      for (int r = 0; r < Registers; ++r) {
        if (work_.conjugated) b_[c][r] = b_[c][r].conjugate();
        y_[c][r] = b_[c][r];
      }
    }
    if (!screening) return;
    for (int r = 0; r < Registers; ++r) y_[columns][r] = Number::zero();
    for (int i = 0; i < n_; ++i) *at(y_[columns], i) = scale_ * probe<T>(i);
  }

  void clear_solutions() {
    for (int c = 0; c < columns_; ++c) {
      for (int r = 0; r < Registers; ++r) x_[c][r] = Number::zero();
    }
  }

  void eliminate() {
    for (int k = 0; k + 1 < n_; ++k) {
      Number factors[Registers];
      for (int r = 0; r < Registers; ++r) factors[r] = lower(k, r);
      for (int c = 0; c < columns_; ++c) subtract(y_[c], factors, row_at_[k]);
    }
  }
  /// y_, eliminated and in the rows of a, becomes x_, in the columns'.
  void solve() {
    clear_solutions();
    for (int k = n_ - 1; k >= 0; --k) {
      for (int c = 0; c < columns_; ++c) {
        const Number x = quotient(Number::splat_of(at(y_[c], row_at_[k])), Number::splat_of(at(a_[k], row_at_[k])));
        put(x_[c], k, x);
        for (int r = 0; r < Registers; ++r) y_[c][r] = less_product(y_[c][r], a_[k][r], x);
      }
    }
  }
  /// What column k subtracts from the rows below its pivot, which come later.
  Number lower(int k, int r) const {
    const mask later = load_places(r) > static_cast<integer>(k);
    return select(later, a_[k][r], Number::zero());
  }
  mask load_places(int r) const {
    mask places;
    for (int lane = 0; lane < width; ++lane) places[lane] = place_[r * width + lane];
    return places;
  }
  /// y_, in the columns of a, becomes x_, in its rows.
  void solve_transposed() {
    clear_solutions();
    for (int k = 0; k < n_; ++k) {
      const Number diagonal = Number::splat_of(at(a_[k], row_at_[k]));
      for (int c = 0; c < columns_; ++c) {  // rows that come later still hold zeros in x
        const Number rest = difference(Number::splat_of(at(y_[c], k)), product_sum(a_[k], x_[c]));
        put(x_[c], row_at_[k], quotient(rest, diagonal));
      }
    }
    for (int k = n_ - 2; k >= 0; --k) {
      Number factors[Registers];
      for (int r = 0; r < Registers; ++r) factors[r] = lower(k, r);
      for (int c = 0; c < columns_; ++c) {
        const Number old = Number::splat_of(at(x_[c], row_at_[k]));
        put(x_[c], row_at_[k], difference(old, product_sum(factors, x_[c])));
      }
    }
  }

  bool verify(int c, std::int64_t column, T& worst, double* errors) {
    Number* const r = b_[c];
    const T norm_b = norm_of(r);
    if (work_.transposed) {
      for (int j = 0; j < n_; ++j) {
        put(r, j, difference(Number::splat_of(at(r, j)), product_sum(original_[j], x_[c])));
      }
    } else {
      for (int j = 0; j < n_; ++j) {
        const Number x = Number::splat_of(at(x_[c], j));
        for (int k = 0; k < Registers; ++k) r[k] = less_product(r[k], original_[j][k], x);
      }
    }
    vec<T> sum = {};
    for (int k = 0; k < Registers; ++k) sum += r[k].modulus();
    const T total = across<T>(sum, sum_of);
    const T norm_x = norm_of(x_[c]);
    const T below = norm_ * norm_x + norm_b;
    const T error = norm_of(r) / below;
    worst = larger_of(error, worst);
    if (errors != nullptr) errors[system_ * systems_.right_hand_sides + column] = static_cast<double>(error);
    return below >= least && norm_x <= most && norm_b <= most && total <= most;
  }

  void give(int c, std::int64_t column) const {
    char* const to = static_cast<char*>(systems_.x) + system_ * systems_.x_system + column * systems_.x_column;
    for (int i = 0; i < n_; ++i) {
      T* const x = reinterpret_cast<T*>(to + i * systems_.x_row);
      x[0] = at(x_[c], i)[0];
      if constexpr (parts == 2) x[1] = work_.conjugated ? -at(x_[c], i)[width] : at(x_[c], i)[width];
    }
  }

  const task& work_;
  const solving::small_systems& systems_;
  std::int64_t system_;
  int n_;
  int columns_ = 0;  ///< of y_ with the screening's
  T norm_, total_, scale_;
  std::int32_t singular_;
  int row_at_[height];
  integer place_[Registers * width] = {};
  Number a_[height][Registers], original_[height][Registers];
  Number b_[panel][Registers], y_[panel + 1][Registers], x_[panel + 1][Registers];
};

template <typename Number>
void run_single(const task& work, std::int64_t first, std::int64_t, solving::small_outcome* outcomes, double* errors) {
  constexpr std::int64_t width = lanes<typename Number::part>;
  const std::int64_t n = work.systems.order;
  if (run_tiny<Number>(work, first, outcomes, errors)) return;
  if (n <= width) {
    single<Number, 1>(work, first).run(outcomes, errors);
  } else if (n <= 2 * width) {
    single<Number, 2>(work, first).run(outcomes, errors);
  } else if constexpr (2 * width < most_rows) {
    if (n <= 4 * width) {
      single<Number, 4>(work, first).run(outcomes, errors);
    } else if constexpr (4 * width < most_rows) {
      single<Number, 8>(work, first).run(outcomes, errors);
    }
  }
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
