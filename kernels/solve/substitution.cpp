// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/substitution.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include "kernels/solve/clock.hpp"

namespace gpucompute::solving {

owned_block substitution::first_x(const owned_block& work, bool screens) const {
  const dtype type = a_.size.type;
  if (!is_narrow() && by_.exponent == 0 && !holds(is_tiny)) {
    solve_into(work.elements, screens);
    owned_block x{rows_of(columns_of(work.elements, 0, check_.count()), check_.unknowns()), work.memory};
    if (is_finite(x.elements)) {
      return x;
    }
  }
  owned_block x = make_block(with_, type, check_.unknowns(), check_.count());
  const auto fits = [&](auto exponent_of) {
    check_.begin_again();
    std::vector<int> exponents;
    for (const column_norm& one : check_.sides()) {
      exponents.push_back(exponent_of(one.largest));
    }
    solve_scaled(exponents, work.elements, screens, x.elements);
    return is_finite(x.elements);
  };
  // Columns that are huge stay so: small elements lie beside large ones.
  const auto tiny_to_one = [&](double largest) { return is_tiny(largest, type) ? exponent_to_one(largest) : 0; };
  if (!is_narrow() && (by_.exponent != 0 || holds(is_tiny)) && fits(tiny_to_one)) {
    return x;
  }
  if (fits(exponent_to_one) || is_narrow()) {
    return x;
  }
  // What is beyond the range on the way may be within it in the end: b as it is, or nearer and nearer to the smallest numbers.
  if (fits([](double) { return 0; })) {
    return x;
  }
  const std::array shifts = component(type) == float32 ? std::array{64, 104} : std::array{512, 960};
  for (const int shift : shifts) {
    if (fits([shift](double largest) { return exponent_to_one(largest) - shift; })) {
      return x;
    }
  }
  return x;
}

bool substitution::holds(bool (*what)(double, dtype)) const {
  return std::ranges::any_of(check_.sides(), [&](const column_norm& one) { return what(one.largest, a_.size.type); });
}

bool substitution::is_finite(const block& x) const {
  std::vector<column_norm> sizes(static_cast<std::size_t>(x.columns));
  with_.norms(x, sizes);
  return std::ranges::all_of(sizes, [](const column_norm& one) { return std::isfinite(one.largest); });
}

void substitution::solve_near_one(const block& work, bool screens, const block& x) const {
  std::vector<column_norm> sizes(check_.sides().size());
  with_.norms(check_.residual(), sizes);
  std::vector<int> exponents;
  for (const column_norm& one : sizes) {
    exponents.push_back(exponent_to_one(one.largest));
  }
  solve_scaled(exponents, work, screens, x);
}

/// By way of columns times these powers of two.
void substitution::solve_scaled(std::span<int> exponents, const block& work, bool screens, const block& x) const {
  with_.scale_columns(check_.residual(), exponents);
  solve_into(work, screens);
  with_.copy(view_of(rows_of(columns_of(work, 0, x.columns), check_.unknowns())), false, 1, x, asked_.threads);
  for (std::size_t j = 0; j < exponents.size(); ++j) {
    exponents[j] = by_.exponent - exponents[j] - check_.exponent(j);
  }
  with_.scale_columns(x, exponents);
}

/// The first columns of `work` := op(F)^-1 residual().
void substitution::solve_into(const block& work, bool screens) const {
  const stopwatch clock;
  const std::int64_t count = check_.count();
  const bool turns = transposes(asked_.sides.op);
  const block sides = columns_of(work, 0, count);
  with_.copy(view_of(check_.residual()), false, 1, rows_of(sides, check_.equations()), asked_.threads);
  if (screens) {
    with_.fill_probe(rows_of(columns_of(work, count, 1), check_.equations()));
  }
  // (2^r F 2^c) (2^-c x) = 2^r b
  if (by_.scaled) {
    with_.scale_rows(rows_of(sides, check_.equations()), turns ? by_.scaled->columns : by_.scaled->rows);
  }
  by_.made->solve(asked_.sides.op, work, asked_.threads);
  if (by_.scaled) {
    with_.scale_rows(rows_of(sides, check_.unknowns()), turns ? by_.scaled->rows : by_.scaled->columns);
  }
  seconds_ += clock.seconds();
}

}  // namespace gpucompute::solving
