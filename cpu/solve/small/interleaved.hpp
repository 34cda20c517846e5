// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/solve/small/numbers.hpp"
#include "cpu/solve/small/packing.hpp"
#include "cpu/solve/small/strips.hpp"
#include "cpu/solve/small/table.hpp"

// Systems side by side: each lane of a register belongs to a system of its own.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

template <typename Number>
class interleaved {
  using T = typename Number::part;
  using mask = typename Number::mask;
  static constexpr int width = lanes<T>;
  static constexpr int parts = Number::parts;
  /// Right-hand sides that are solved at once, beside that of the screening.
  static constexpr std::int64_t panel = 4;
  static constexpr std::int64_t cache_line = 64;

 public:
  interleaved(const task& work, std::int64_t first, std::int64_t count)
      : work_(work), systems_(work.systems), first_(first), count_(static_cast<int>(count)), n_(systems_.order) {}

  void run(solving::small_outcome* outcomes, double* errors) {
    gather(systems_.a, systems_.a_system, work_.row, work_.column, n_, original_);
    const norms<T> of_a = steps(n_).copy_with_norms(original_, n_, a_);
    norm_ = of_a.infinity;
    scale_ = power_below(of_a.largest);
    const std::int64_t given = systems_.right_hand_sides;
    T grown[width] = {};
    T worst[width] = {};
    unsigned safe = bits((norm_ >= splat(least)) & (of_a.total <= splat(most)));
    for (std::int64_t done = 0; done < given || done == 0; done += panel) {
      const std::int64_t columns = given - done < panel ? given - done : panel;
      const bool screening = done == 0 && systems_.screened;
      take_right_hand_sides(done, columns, screening);
      done == 0 ? factor() : eliminate();
      substitute();
      if (screening) store(grown, growth_of(x_ + columns * n_));
      for (std::int64_t c = 0; c < columns; ++c) safe &= verify(c, done + c, worst, errors);
      scatter_solutions(done, columns);
    }
    for (int lane = 0; lane < count_; ++lane) {
      report(work_, first_ + lane,
             {.norm = static_cast<double>(norm_[lane]),
              .growth = static_cast<double>(grown[lane]),
              .scale = static_cast<double>(scale_[lane]),
              .backward_error = static_cast<double>(worst[lane]),
              .singular_at = static_cast<std::int32_t>(singular_[lane]),
              .safe = ((safe >> static_cast<unsigned>(lane)) & 1U) != 0},
             outcomes[first_ + lane], errors);
    }
  }

 private:
  static constexpr T least = static_cast<T>(safe_range<T>::least);
  static constexpr T most = static_cast<T>(safe_range<T>::most);
  static constexpr auto strips = strips_of<Number>(std::make_integer_sequence<int, most_interleaved_rows + 1>());

  static const strip_steps<Number>& steps(std::int64_t rows) { return strips[static_cast<std::size_t>(rows)]; }

  /// Lanes beyond the last system repeat it.
  std::int64_t system_of(int lane) const { return first_ + (lane < count_ ? lane : count_ - 1); }

  void gather(const void* from, std::int64_t system, std::int64_t row, std::int64_t column, std::int64_t columns,
              Number* to) const {
    const char* bases[width];
    for (int lane = 0; lane < width; ++lane) bases[lane] = static_cast<const char*>(from) + system_of(lane) * system;
    gather_lanes<T, parts>(bases, row, column, n_, columns, reinterpret_cast<T*>(to));
  }

  /// The memory of the systems that come next is fetched while these are eliminated, a part with each step.
  void fetch_next(std::int64_t step) const {
    const std::int64_t part = n_ * static_cast<std::int64_t>(sizeof(Number));  // of `width` systems
    const std::int64_t system = n_ * part / width;
    if (systems_.a_system != system || work_.row < 0 || work_.column < 0) return;
    const std::int64_t begin = (first_ + width) * system + step * part, end = systems_.count * system;
    const char* const a = static_cast<const char*>(systems_.a);
    for (std::int64_t at = begin; at < begin + part && at < end; at += cache_line) __builtin_prefetch(a + at);
  }

  /// The right-hand sides are eliminated on the way.
  void factor() {
    const mask missing = mask{} - 1;
    singular_ = missing;
    for (std::int64_t k = 0; k < n_; ++k) {
      fetch_next(k);
      mask zero;
      pivots_[k] = steps(n_ - 1 - k).find_pivot(a_ + k * n_ + k, zero);
      if (bits(zero) != 0) {
        const mask here = mask{} + static_cast<typename vector_of<T>::integer>(k);
        singular_ = (zero & (singular_ == missing)) ? here : singular_;
      }
      if (k + 1 == n_) break;
      eliminate_from(k, a_ + (k + 1) * n_, n_ - 1 - k);
      eliminate_from(k, x_, columns_);
    }
  }
  void eliminate() {
    for (std::int64_t k = 0; k + 1 < n_; ++k) eliminate_from(k, x_, columns_);
  }
  void eliminate_from(std::int64_t k, Number* columns, std::int64_t count) {
    steps(n_ - 1 - k).eliminate(pivots_[k], a_ + k * n_ + k, columns + k, count, n_);
  }

  void take_right_hand_sides(std::int64_t done, std::int64_t columns, bool screening) {
    columns_ = columns + (screening ? 1 : 0);
    gather(static_cast<const char*>(systems_.b) + done * systems_.b_column, systems_.b_system, systems_.b_row,
           systems_.b_column, columns, b_);
    for (std::int64_t i = 0; i < n_ * columns; ++i) {
      if (work_.conjugated) b_[i] = b_[i].conjugate();
      x_[i] = b_[i];
    }
    for (std::int64_t i = 0; i < n_ && screening; ++i) {
      x_[columns * n_ + i] = Number::zero();
      x_[columns * n_ + i].re = scale_ * splat(probe<T>(i));
    }
  }

  void substitute() {
    const T one_part[2 * width] = {1};
    for (std::int64_t k = n_ - 1; k >= 0; --k) {
      const Number diagonal = select(singular_ < mask{}, a_[k + k * n_], Number::splat_of(one_part));
      steps(k).substitute(a_ + k * n_, diagonal, x_, columns_, n_);
    }
  }

  vec<T> growth_of(const Number* x) const {
    growth<Number> seen;
    for (std::int64_t i = 0; i < n_; ++i) seen.take(x[i]);
    return seen.value();
  }
  vec<T> column_norm(const Number* of, std::int64_t c) const {
    vec<T> norm = {};
    for (std::int64_t i = 0; i < n_; ++i) norm = larger(of[c * n_ + i].modulus(), norm);
    return norm;
  }

  /// Backward errors of column c; which lanes had numbers that were safe to compute them with.
  unsigned verify(std::int64_t c, std::int64_t column, T* worst, double* errors) {
    const Number* const x = x_ + c * n_;
    Number* const r = b_ + c * n_;
    vec<T> norm_b = {};
    for (std::int64_t i = 0; i < n_; ++i) norm_b = larger(r[i].modulus(), norm_b);
    steps(n_).residual(original_, n_, x, r);
    const vec<T> norm_x = column_norm(x_, c);
    vec<T> norm_r = {};
    vec<T> total = {};
    for (std::int64_t i = 0; i < n_; ++i) {
      const vec<T> size = r[i].modulus();
      norm_r = larger(size, norm_r);
      total += size;
    }
    const vec<T> below = norm_ * norm_x + norm_b;
    const vec<T> error = norm_r / below;
    T each[width];
    store(each, error);
    for (int lane = 0; lane < count_; ++lane) {
      worst[lane] = each[lane] > worst[lane] ? each[lane] : worst[lane];
      if (errors != nullptr)
        errors[(first_ + lane) * systems_.right_hand_sides + column] = static_cast<double>(each[lane]);
    }
    return bits((below >= splat(least)) & (norm_x <= splat(most)) & (norm_b <= splat(most)) & (total <= splat(most)));
  }

  void scatter_solutions(std::int64_t done, std::int64_t columns) const {
    for (std::int64_t c = 0; c < columns; ++c) {
      char* const to = static_cast<char*>(systems_.x) + first_ * systems_.x_system + (done + c) * systems_.x_column;
      scatter_lanes<T, parts>(reinterpret_cast<const T*>(x_ + c * n_), n_, work_.conjugated, to, count_,
                              systems_.x_system, systems_.x_row);
    }
  }

  const task& work_;
  const solving::small_systems& systems_;
  std::int64_t first_;
  int count_;
  std::int64_t n_;
  std::int64_t columns_ = 0;  ///< of x_ with the screening's
  vec<T> norm_, scale_;
  mask singular_;
  mask pivots_[most_interleaved_rows];
  Number a_[most_interleaved_rows * most_interleaved_rows];
  Number original_[most_interleaved_rows * most_interleaved_rows];
  Number b_[most_interleaved_rows * panel];
  Number x_[most_interleaved_rows * (panel + 1)];
};

template <typename Number>
void run_interleaved(const task& work, std::int64_t first, std::int64_t count, solving::small_outcome* outcomes,
                     double* errors) {
  interleaved<Number>(work, first, count).run(outcomes, errors);
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
