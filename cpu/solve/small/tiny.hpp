// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <utility>

#include "cpu/solve/small/numbers.hpp"
#include "cpu/solve/small/table.hpp"
#include "cpu/solve/small/tiles.hpp"

// One system of so small an order that each column is one register and all loops unroll: what counts is how long one step
// waits for the one before. Pivots are found without leaving the registers. Lanes from N on hold what they may.

namespace gpucompute::cpu::small::GPUCOMPUTE_ISA {

/// body(constant 0), ..., body(constant Count - 1), unrolled.
template <int Count, typename Body>
[[gnu::always_inline]] inline void unrolled(Body body) {
  [&]<int... I>(std::integer_sequence<int, I...>) __attribute__((always_inline)) {
    (body(std::integral_constant<int, I>()), ...);
  }
  (std::make_integer_sequence<int, Count>());
}

/// Of order N with one right-hand side and numbers within the safe range, invertible pivots among them.
template <typename Number, int N>
class tiny {
  using T = typename Number::part;
  using places = typename vector_of<T>::mask;
  using integer = typename vector_of<T>::integer;
  static constexpr int width = lanes<T>;
  static constexpr int parts = Number::parts;
  static_assert(N <= width && N <= 8);

 public:
  tiny(const task& work, std::int64_t system) : work_(work), systems_(work.systems), system_(system) {}

  /// False, with nothing written, where it is not of that kind.
  [[gnu::always_inline]] bool run(solving::small_outcome* outcomes, double* errors) {
    take_matrix();
    take_right_hand_side();
    unrolled<N>([&](auto k) __attribute__((always_inline)) { eliminate<k>(); });
    if (!(least_pivot_[0] >= Number::invertible)) return false;
    unrolled<N>([&](auto k) __attribute__((always_inline)) { substitute<N - 1 - k>(); });
    return judge(outcomes, errors);
  }

 private:
  static constexpr T least = static_cast<T>(safe_range<T>::least);
  static constexpr T most = static_cast<T>(safe_range<T>::most);
  /// Bits of a number's end in which the search for a pivot keeps its lane: it takes one that may be smaller by so much.
  static constexpr integer lane_bits = width - 1;

  static places numbers() { return lane_numbers<T>(); }
  static vec<T> of_bits(places bits) { return reinterpret_cast<vec<T>>(bits); }
  static places bits_of(vec<T> value) { return reinterpret_cast<places>(value); }

  /// The largest of the first N lanes, in each of them.
  template <typename Register>
  static Register largest_of(Register a) {
    return [&]<int... Lane>(std::integer_sequence<int, Lane...>) {
      if constexpr (N > 4) a = larger(a, __builtin_shufflevector(a, a, (Lane ^ 4)...));
      if constexpr (N > 2) a = larger(a, __builtin_shufflevector(a, a, (Lane ^ 2)...));
      if constexpr (N > 1) a = larger(a, __builtin_shufflevector(a, a, (Lane ^ 1)...));
      return a;
    }
    (std::make_integer_sequence<int, width>());
  }

  /// The lane of a row in all lanes.
  static Number pick(const Number& column, places lane) {
    if constexpr (parts == 1) {
      return {permuted(column.re, lane)};
    } else {
      return {permuted(column.re, lane), permuted(column.im, lane)};
    }
  }
  static Number only(const Number& column, places kept) {
    if constexpr (parts == 1) {
      return {of_bits(bits_of(column.re) & kept)};
    } else {
      return {of_bits(bits_of(column.re) & kept), of_bits(bits_of(column.im) & kept)};
    }
  }
  [[gnu::always_inline]] void take_matrix() {
    const char* const from = static_cast<const char*>(systems_.a) + system_ * systems_.a_system;
    const std::int64_t row = work_.row;
    const std::int64_t column = work_.column;
    if (row != element_bytes<Number> && column == element_bytes<Number>) {
      Number rows[width] = {};
      unrolled<N>([&](auto i) __attribute__((always_inline)) { rows[i] = load_run<Number>(from + i * row, N); });
      transpose_tile(rows);
      unrolled<N>([&](auto j) __attribute__((always_inline)) { original_[j] = rows[j]; });
    } else {
      for (int j = 0; j < N; ++j) original_[j] = load_strided<Number>(from + j * column, row, N);
    }
    row_sums_ = vec<T>{};
    unrolled<N>([&](auto j) __attribute__((always_inline)) {
      a_[j] = original_[j];
      row_sums_ += original_[j].modulus();
    });
  }

  /// y_[1] is that of the screening, whether it is wanted or not.
  [[gnu::always_inline]] void take_right_hand_side() {
    const char* const from = static_cast<const char*>(systems_.b) + system_ * systems_.b_system;
    b_ = load_strided<Number>(from, systems_.b_row, N);
    if (work_.conjugated) b_ = b_.conjugate();
    y_[0] = b_;
    y_[1] = Number::zero();
    for (int i = 0; i < N; ++i) y_[1].re[i] = probe<T>(i);
    alive_ = numbers() < static_cast<integer>(N);
    left_ = places{} + static_cast<integer>(N * (N - 1) / 2);
  }

  template <int K>
  [[gnu::always_inline]] void eliminate() {
    const places code = numbers() ^ lane_bits;
    const vec<T> size = a_[K].size();
    const vec<T> of_all = a_[K].begun_inverse();  // which takes as long as the search
    places lane = left_;
    if constexpr (K + 1 < N) {
      lane = ~largest_of(((bits_of(size) & ~lane_bits) | code) & alive_) & lane_bits;
      left_ -= lane;
    }
    lane_of_[K] = lane;
    pivot_[K] = pick(a_[K], lane);
    least_pivot_ = K == 0 ? pivot_[K].size() : smaller(pivot_[K].size(), least_pivot_);
    const vec<T> begun = permuted(of_all, lane);
    inverse_[K] = pivot_[K].inverse(begun);
    alive_ &= numbers() != lane;
    const Number factors = only(quotient_begun(a_[K], pivot_[K], begun), alive_);
    unrolled<N - K - 1>([&](auto more) __attribute__((always_inline)) {
      Number& column = a_[K + 1 + more];
      column = less_product(column, factors, pick(column, lane));
    });
    for (Number& y : y_) y = less_product(y, factors, pick(y, lane));
  }
  static vec<T> smaller(vec<T> a, vec<T> b) { return -larger(-a, -b); }

  /// What is left in column K of rows below its pivot spoils sides that are done with.
  template <int K>
  [[gnu::always_inline]] void substitute() {
    for (int c = 0; c < 2; ++c) {
      const Number side = pick(y_[c], lane_of_[K]);
      const Number x = quotient(side, pivot_[K], inverse_[K]);
      x_[c][K] = x;
      y_[c] = less_product(y_[c], a_[K], x);
    }
  }

  [[gnu::always_inline]] bool judge(solving::small_outcome* outcomes, double* errors) const {
    Number r = b_;
    Number x = Number::zero();
    vec<T> largest_x = {};
    growth<Number> grown;
    unrolled<N>([&](auto k) __attribute__((always_inline)) {
      r = less_product(r, original_[k], x_[0][k]);
      x = select(numbers() == static_cast<integer>(k), x_[0][k], x);
      largest_x = larger(x_[0][k].weight(), largest_x);
      grown.take(x_[1][k]);
    });
    const T norm = largest_of(row_sums_)[0];
    const T norm_b = Number::modulus_of(largest_of(b_.weight())[0]);
    const T norm_x = Number::modulus_of(largest_x[0]);
    const vec<T> rest = r.weight();
    const T below = norm * norm_x + norm_b;
    constexpr unsigned used = (1U << static_cast<unsigned>(N)) - 1;
    const unsigned small = bits(rest <= splat(most * most)) & used;  // a NaN anywhere in the system is one here
    if (small != used || !(norm >= least) || !(norm <= most) || !(below >= least) || !(norm_x <= most) ||
        !(norm_b <= most)) {
      return false;
    }
    give(x);
    const auto error = static_cast<double>(Number::modulus_of(largest_of(rest)[0]) / below);
    if (errors != nullptr) errors[system_] = error;
    report(work_, system_,
           {.norm = static_cast<double>(norm),
            .growth = static_cast<double>(grown.value()[0]),
            .scale = 1,
            .backward_error = error,
            .singular_at = -1,
            .safe = true},
           outcomes[system_], errors);
    return true;
  }

  void give(Number x) const {
    char* const to = static_cast<char*>(systems_.x) + system_ * systems_.x_system;
    if (work_.conjugated) x = x.conjugate();
    store_strided(to, systems_.x_row, x, N);
  }

  const task& work_;
  const solving::small_systems& systems_;
  std::int64_t system_;
  Number original_[N], a_[N], b_, y_[2];
  Number pivot_[N], inverse_[N], x_[2][N];
  places lane_of_[N], alive_;
  places left_;  ///< the sum of the lanes that are alive: of the last one its number
  vec<T> row_sums_, least_pivot_;
};

/// Whether it was solved.
template <typename Number>
bool run_tiny(const task& work, std::int64_t system, solving::small_outcome* outcomes, double* errors) {
  constexpr int most_order = lanes<typename Number::part> < 8 ? lanes<typename Number::part> : 8;
  const std::int64_t n = work.systems.order;
  if (n > most_order || work.systems.right_hand_sides != 1) return false;
  using solver = bool (*)(const task&, std::int64_t, solving::small_outcome*, double*);
  constexpr auto of_order = []<int... Less>(std::integer_sequence<int, Less...>) {
    return std::array<solver, sizeof...(Less)>{[](const task& t, std::int64_t s, solving::small_outcome* o, double* e) {
      return tiny<Number, Less + 1>(t, s).run(o, e);
    }...};
  }
  (std::make_integer_sequence<int, most_order>());
  return of_order[static_cast<std::size_t>(n - 1)](work, system, outcomes, errors);
}

}  // namespace gpucompute::cpu::small::GPUCOMPUTE_ISA
