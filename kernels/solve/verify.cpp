// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/verify.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace gpucompute::solving {

double unit_roundoff(dtype type) { return component(type) == float32 ? 0x1p-24 : 0x1p-53; }

double bar_of(std::int64_t rows, std::int64_t columns, dtype type) {
  return 30 * static_cast<double>(std::max<std::int64_t>({1, rows, columns})) * unit_roundoff(type);
}

bool is_suspicious(double condition_bound, dtype type) {
  constexpr double slack = 1e4;
  return condition_bound * slack >= 1 / unit_roundoff(type);
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
      transposes_(op == apply::transpose || op == apply::adjoint),
      equations_(transposes_ ? a.size.columns : a.size.rows),
      unknowns_(transposes_ ? a.size.rows : a.size.columns),
      r_(make_block(*a.with, a.size.type, equations_, b.columns)),
      sizes_(static_cast<std::size_t>(b.columns)) {
  take_b();
  a_.with->norms(r_.elements, sizes_);
  const auto is_safe = [&](const column_norm& one) { return is_moderate(one.largest, a_.size.type); };
  if (std::ranges::all_of(sizes_, is_safe) || !is_finite()) {
    return;
  }
  for (const column_norm& one : sizes_) {
    exponents_.push_back(one.largest > 0 ? -std::ilogb(one.largest) : 0);
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

double verification::norm() const { return transposes_ ? a_.found.norm_one : a_.found.norm_inf; }

void verification::measure(const factors& by, const block& x, std::span<double> errors) {
  solver& with = *a_.with;
  take_b();
  if (a_.source.data != nullptr) {
    with.multiply(-1, a_.source, op_, view_of(x), 1, r_.elements, threads_);
  } else {
    const owned_block product = make_block(with, a_.size.type, equations_, count());
    by.multiply(op_, x, product.elements, threads_);
    with.add(-1, product.elements, r_.elements);
  }
  std::vector<column_norm> answers(sizes_.size());
  std::vector<column_norm> rests(sizes_.size());
  with.norms(x, answers);
  with.norms(r_.elements, rests);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    const double scale = norm() * answers[j].largest + sizes_[j].largest;
    const bool is_number = std::isfinite(answers[j].largest);
    errors[j] = !is_number ? std::numeric_limits<double>::quiet_NaN()
                           : (rests[j].largest == 0 ? 0 : rests[j].largest / scale) + a_.probed;
  }
  if (!is_square() || by.rank() < unknowns_) {
    measure_least_squares(by, rests, errors);
  }
}

void verification::measure_least_squares(const factors& by, std::span<const column_norm> rests,
                                         std::span<double> errors) {
  // A minimum is where the gradient A^H r vanishes.
  constexpr apply adjoints[] = {apply::adjoint, apply::conjugate, apply::none, apply::transpose};
  const owned_block gradient = make_block(*a_.with, a_.size.type, unknowns_, count());
  const apply adjoint = adjoints[static_cast<std::size_t>(op_)];
  if (a_.source.data != nullptr) {
    a_.with->multiply(1, a_.source, adjoint, view_of(r_.elements), 0, gradient.elements, threads_);
  } else {
    by.multiply(adjoint, r_.elements, gradient.elements, threads_);
  }
  std::vector<column_norm> slopes(rests.size());
  a_.with->norms(gradient.elements, slopes);
  const double norm_of_adjoint = transposes_ ? a_.found.norm_inf : a_.found.norm_one;
  for (std::size_t j = 0; j < errors.size(); ++j) {
    if (rests[j].largest > 0) {
      errors[j] = std::min(errors[j], slopes[j].largest / (norm_of_adjoint * rests[j].largest) + a_.probed);
    }
  }
}

std::vector<int> verification::exponents_of_x() const {
  if (a_.exponent == 0 && exponents_.empty()) {
    return {};
  }
  std::vector<int> result(sizes_.size(), a_.exponent);
  for (std::size_t j = 0; j < exponents_.size(); ++j) {
    result[j] -= exponents_[j];
  }
  return result;
}

}  // namespace gpucompute::solving
