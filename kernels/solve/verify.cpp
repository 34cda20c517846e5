// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/verify.hpp"

#include <algorithm>
#include <cmath>
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

double no_less_than_one(double condition_bound) { return condition_bound > 0 ? std::max(1.0, condition_bound) : 0; }

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

void verification::begin_again() {
  exponents_.clear();
  take_b();
}

void verification::choose_exponents(std::span<const column_norm> answers) {
  exponents_.clear();
  for (std::size_t j = 0; j < answers.size(); ++j) {
    const int found = exponent_for(answers[j].largest, sizes_[j].largest);
    if (found != 0 && exponents_.empty()) {
      exponents_.resize(answers.size());
    }
    if (!exponents_.empty()) {
      exponents_[j] = found;
    }
  }
}

/// At which the larger of op(A) x and b is moderate.
int verification::exponent_for(double x, double b) const {
  constexpr int none = -1'000'000;
  int size = b > 0 ? std::ilogb(b) : none;
  if (x > 0 && std::isfinite(x) && norm() > 0) {
    size = std::max(size, std::ilogb(norm()) + std::ilogb(x) - a_.exponent);
  }
  return size == none || std::abs(size) < largest_moderate(a_.size.type) ? 0 : -size;
}

double verification::norm() const { return norm_of(op_, a_.found); }

void verification::measure(const factors& by, const block& x, std::span<double> errors) {
  solver& with = *a_.with;
  const measured_matrix a{a_, by, op_, threads_};
  std::vector<column_norm> answers(sizes_.size());
  std::vector<column_norm> rests(sizes_.size());
  std::vector<double> scales(sizes_.size());
  with.norms(x, answers);
  choose_exponents(answers);
  take_b();
  const auto shift = [&](std::size_t j) { return exponent(j) - a_.exponent; };  // 2^e b - (2^s A) (2^(e-s) x)
  owned_block shifted{x, nullptr};
  if (!exponents_.empty() || a_.exponent != 0) {
    std::vector<int> shifts;
    for (std::size_t j = 0; j < answers.size(); ++j) {
      shifts.push_back(shift(j));
    }
    shifted = make_block(with, x.type, x.rows, x.columns);
    with.copy(view_of(x), false, 1, shifted.elements, threads_);
    with.scale_columns(shifted.elements, shifts);
  }
  if (a_.source.data != nullptr) {
    with.multiply(-1, a_.source, op_, view_of(shifted.elements), 1, r_.elements, threads_);
  } else {
    const owned_block product = make_block(with, a_.size.type, equations_, count());
    a.multiply(shifted.elements, product.elements);
    with.add(-1, product.elements, r_.elements);
  }
  with.norms(r_.elements, rests);
  for (std::size_t j = 0; j < errors.size(); ++j) {
    scales[j] = norm() * std::ldexp(answers[j].largest, shift(j)) + std::ldexp(sizes_[j].largest, exponent(j));
    const bool is_number = std::isfinite(answers[j].largest);
    errors[j] = !is_number ? std::numeric_limits<double>::quiet_NaN()
                           : (rests[j].largest == 0 ? 0 : rests[j].largest / scales[j]) + a_.probed;
  }
  if (!is_square() || by.rank() < unknowns_) {
    measure_as_minimum(a, r_.elements, scales, bar_of(equations_, unknowns_, a_.size.type), errors);
  }
}

std::vector<sizes_of_column> verification::sizes(const block& x, int exponent_of_a) const {
  std::vector<column_norm> answers(sizes_.size()), rests(sizes_.size());
  a_.with->norms(x, answers);
  a_.with->norms(r_.elements, rests);
  std::vector<sizes_of_column> all;
  all.reserve(sizes_.size());
  for (std::size_t j = 0; j < sizes_.size(); ++j) {
    all.push_back({std::ldexp(answers[j].largest, exponent(j) - exponent_of_a),
                   std::ldexp(sizes_[j].largest, exponent(j)), rests[j].largest});
  }
  return all;
}

}  // namespace gpucompute::solving
