// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/verify.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "kernels/solve/least_squares_error.hpp"

namespace gpucompute::solving {

double unit_roundoff(dtype type) { return component(type) == float32 ? 0x1p-24 : 0x1p-53; }

double bar_of(std::int64_t rows, std::int64_t columns, dtype type) {
  return 30 * static_cast<double>(std::max<std::int64_t>({1, rows, columns})) * unit_roundoff(type);
}

bool is_suspicious(double condition_bound, dtype type) {
  constexpr double slack = 1e4;
  return condition_bound * slack >= 1 / unit_roundoff(type);
}

bool is_singular_to_precision(double reciprocal_condition, dtype type) {
  return !(reciprocal_condition >= 2 * unit_roundoff(type));
}

bool is_lost(double condition, dtype type) {
  // By LAPACK's estimate from factors of singular matrices it was 2.2 and more in units of 1/u at order 3, 4.6 at 20, 7.5 at 500
  // to 4,000, where random ones have up to 0.7.
  constexpr double most = 2;
  return !(condition * unit_roundoff(type) <= most);
}

double worst_of(std::span<const double> errors) {
  double largest = 0;
  for (const double error : errors) {
    if (!(error <= largest)) {
      largest = error;
    }
    if (std::isnan(error)) {
      break;
    }
  }
  return largest;
}

verification::verification(const prepared& a, apply op, const matrix_view& b, int threads)
    : a_(a),
      op_(op),
      b_(b),
      threads_(threads),
      equations_(transposes(op) ? a.size.columns : a.size.rows),
      unknowns_(transposes(op) ? a.size.rows : a.size.columns),
      r_(make_block(*a.with, a.size.type, equations_, b.columns)),
      sizes_(static_cast<std::size_t>(b.columns)) {
  take_b();
  a_.with->norms(r_.elements, sizes_);
  const auto is_safe = [&](const column_norm& one) { return is_moderate(one.largest, a_.size.type); };
  if (std::ranges::all_of(sizes_, is_safe) || !is_finite()) {
    return;
  }
  for (const column_norm& one : sizes_) {
    exponents_.push_back(exponent_to_moderate(one.largest, a_.size.type));
  }
  a_.with->scale_columns(r_.elements, exponents_);
  a_.with->norms(r_.elements, sizes_);
}

bool verification::is_finite() const {
  return std::ranges::all_of(sizes_, [](const column_norm& one) { return std::isfinite(one.largest); });
}

void verification::take_b() {
  a_.with->copy(b_, false, 1, r_.elements, threads_);
  if (!exponents_.empty()) {
    a_.with->scale_columns(r_.elements, exponents_);
  }
}

double verification::norm() const { return norm_of(op_, a_.found); }

void verification::measure(const factors& by, const block& x, std::span<double> errors) {
  solver& with = *a_.with;
  const measured_matrix a{a_, by, op_, threads_};
  take_b();
  if (a_.source.data != nullptr) {
    with.multiply(-1, a_.source, op_, view_of(x), 1, r_.elements, threads_);
  } else {
    const owned_block product = make_block(with, a_.size.type, equations_, count());
    a.multiply(x, product.elements);
    with.add(-1, product.elements, r_.elements);
  }
  std::vector<column_norm> answers(sizes_.size());
  std::vector<column_norm> rests(sizes_.size());
  std::vector<double> scales(sizes_.size());
  with.norms(x, answers);
  with.norms(r_.elements, rests);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    scales[j] = norm() * answers[j].largest + sizes_[j].largest;
    const bool is_number = std::isfinite(answers[j].largest);
    errors[j] = !is_number ? std::numeric_limits<double>::quiet_NaN()
                           : (rests[j].largest == 0 ? 0 : rests[j].largest / scales[j]) + a_.probed;
  }
  if (!is_square() || by.rank() < unknowns_) {
    measure_as_minimum(a, r_.elements, scales, bar_of(equations_, unknowns_, a_.size.type), errors);
  }
}

std::vector<sizes_of_column> verification::sizes(const block& x) const {
  std::vector<column_norm> answers(sizes_.size()), rests(sizes_.size());
  a_.with->norms(x, answers);
  a_.with->norms(r_.elements, rests);
  std::vector<sizes_of_column> all;
  all.reserve(sizes_.size());
  for (std::size_t j = 0; j < sizes_.size(); ++j) {
    all.push_back({answers[j].largest, sizes_[j].largest, rests[j].largest});
  }
  return all;
}

bool verification::undo_scaling(const block& x, std::span<double> errors) const {
  if (a_.exponent == 0 && exponents_.empty()) {
    return false;
  }
  std::vector<int> exponents(sizes_.size(), a_.exponent);
  for (std::size_t j = 0; j < exponents_.size(); ++j) {
    exponents[j] -= exponents_[j];
  }
  const double normal =
      component(x.type) == float32 ? std::numeric_limits<float>::min() : std::numeric_limits<double>::min();
  std::vector<column_norm> before(sizes_.size());
  a_.with->norms(x, before);
  bool may_lose = false;
  for (std::size_t j = 0; j < before.size(); ++j) {
    may_lose = may_lose || (before[j].largest > 0 && std::ldexp(before[j].largest, exponents[j]) < normal);
  }
  owned_block copy;
  if (may_lose) {
    copy = make_block(*a_.with, x.type, x.rows, x.columns);
    a_.with->copy(view_of(x), false, 1, copy.elements, threads_);
  }
  a_.with->scale_columns(x, exponents);
  if (may_lose) {
    add_losses(copy.elements, x, exponents, errors);
  }
  return true;
}

/// x: what `before` became by scaling.
void verification::add_losses(const block& before, const block& x, std::span<const int> exponents,
                              std::span<double> errors) const {
  std::vector<column_norm> sizes(errors.size());
  std::vector<column_norm> lost(errors.size());
  std::vector<int> back(exponents.size());
  std::ranges::transform(exponents, back.begin(), std::negate());
  const owned_block again = make_block(*a_.with, x.type, x.rows, x.columns);
  a_.with->copy(view_of(x), false, 1, again.elements, threads_);
  a_.with->scale_columns(again.elements, back);
  a_.with->norms(before, sizes);
  a_.with->add(-1, again.elements, before);
  a_.with->norms(before, lost);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    errors[j] += lost[j].largest == 0 ? 0 : norm() * lost[j].largest / (norm() * sizes[j].largest + sizes_[j].largest);
  }
}

}  // namespace gpucompute::solving
