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
  /// b : (equations, count), borrowed. Brings columns beyond the range of safe products near 1.
  verification(const prepared& a, apply op, const matrix_view& b, int threads);

  std::int64_t equations() const { return equations_; }
  std::int64_t unknowns() const { return unknowns_; }
  std::int64_t count() const { return b_.columns; }
  bool is_square() const { return equations_ == unknowns_; }
  /// Whether b holds a NaN or an infinity.
  bool is_finite() const;

  /// residual() := b, for another way to begin with.
  void begin_again() { take_b(); }
  /// b as it is solved; where measure() was called, the last residual.
  const block& residual() const { return r_.elements; }
  /// residual() := b - op(A) x, by the factors where A was given up. One backward error a column.
  void measure(const factors& by, const block& x, std::span<double> errors);
  /// The infinity norm of op(A).
  double norm() const;
  /// Of x, b and residual(), as they are solved for.
  std::vector<sizes_of_column> sizes(const block& x) const;
  /// Multiplies x's columns by powers of two, so that it solves for the A and b that were given; false where there is no need. What x
  /// loses beneath the smallest normal number is added to its errors.
  bool undo_scaling(const block& x, std::span<double> errors) const;

 private:
  void take_b();
  void add_losses(const block& before, const block& x, std::span<const int> exponents, std::span<double> errors) const;

  const prepared& a_;
  apply op_;
  matrix_view b_;
  int threads_;
  std::int64_t equations_, unknowns_;
  owned_block r_;
  std::vector<column_norm> sizes_;  ///< of b's columns
  std::vector<int> exponents_;      ///< by which they were scaled; empty: they were not
};

}  // namespace gpucompute::solving
