// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "kernels/solve/condition.hpp"

namespace gpucompute::solving {

/// Largest backward error that is no fault: 30 n u, u the unit roundoff of `type`.
double bar_of(std::int64_t rows, std::int64_t columns, dtype type);
double unit_roundoff(dtype type);
/// Whether a condition of which this is a lower bound may be 1/u: 99 % of the screened bounds are within 1e4 of it.
bool is_suspicious(double condition_bound, dtype type);
/// As every condition is; 0, which was not looked at, stays.
double no_less_than_one(double condition_bound);
/// Whether a matrix of this reciprocal condition is called ill-conditioned.
bool is_singular_to_precision(double reciprocal_condition, dtype type);
/// Whether factors of this type may be those of a singular matrix, of which refinement tells nothing. Below such a condition
/// refinement shows whether they will do.
bool is_lost(double condition, dtype type);
/// What is said of them.
inline constexpr const char* too_ill_for_narrow_factors = "the condition is too large for float32 factors";
/// The largest; NaN where one is.
double worst_of(std::span<const double> errors);

/// One system's right-hand sides and how good an x is for them: backward errors from the A that was given.
class verification {
 public:
  /// b : (equations, count), borrowed.
  verification(const prepared& a, apply op, const matrix_view& b, int threads);

  std::int64_t equations() const { return equations_; }
  std::int64_t unknowns() const { return unknowns_; }
  std::int64_t count() const { return b_.columns; }
  bool is_square() const { return equations_ == unknowns_; }
  /// Whether b holds a NaN or an infinity.
  bool is_finite() const;

  /// residual() := b, for another way to begin with.
  void begin_again();
  /// b; where measure() was called, the last residual, whose column j was multiplied by 2^exponent(j).
  const block& residual() const { return r_.elements; }
  int exponent(std::size_t j) const { return exponents_.empty() ? 0 : exponents_[j]; }
  /// Of b's columns.
  std::span<const column_norm> sides() const { return sizes_; }
  /// residual() := b - op(A) x, by the factors where A was given up, at a scale where products neither overflow nor vanish. One
  /// backward error a column.
  void measure(const factors& by, const block& x, std::span<double> errors);
  /// The infinity norm of op(A) as residuals are computed from it: see prepared::source.
  double norm() const;
  /// Of x, b and residual() at the residual's scale, for op(2^exponent_of_a * A).
  std::vector<sizes_of_column> sizes(const block& x, int exponent_of_a) const;

 private:
  void take_b();
  void choose_exponents(std::span<const column_norm> answers);
  int exponent_for(double x, double b) const;

  const prepared& a_;
  apply op_;
  matrix_view b_;
  int threads_;
  std::int64_t equations_, unknowns_;
  owned_block r_;
  std::vector<column_norm> sizes_;  ///< of b's columns
  std::vector<int> exponents_;      ///< empty where all are 0
};

}  // namespace gpucompute::solving
