// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/least_squares_error.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

namespace gpucompute::solving {
namespace {

block rows_of(block b, std::int64_t first, std::int64_t rows) {
  b.data = static_cast<char*>(b.data) + first * static_cast<std::int64_t>(size_of(b.type));
  b.rows = rows;
  return b;
}

block column_of(const block& b, std::size_t j) {
  block column = rows_of(b, static_cast<std::int64_t>(j) * b.leading, b.rows);
  column.columns = 1;
  return column;
}

/// to := value on the diagonal, 0 elsewhere.
void write_diagonal(solver& with, double value, const block& to) {
  // All diagonals of the matrix, one number each.
  std::vector<double> diagonals(static_cast<std::size_t>(to.rows + to.columns));
  const auto middle = static_cast<std::size_t>(to.columns);
  diagonals[middle] = value;
  constexpr auto size = static_cast<std::int64_t>(sizeof(double));
  with.copy({&diagonals[middle], float64, to.rows, to.columns, size, -size}, false, 1, to, 1);
}

class minimum_check {
 public:
  minimum_check(const measured_matrix& a, const block& residual, std::span<const double> scales)
      : a_(a),
        with_(*a.a.with),
        type_(residual.type),
        equations_(residual.rows),
        unknowns_(transposes(a.op) ? a.a.size.rows : a.a.size.columns),
        count_(residual.columns),
        r_(residual),
        scales_(scales) {}

  /// Of each column of `residual`: norm(op(A)^H r) / (norm(op(A)^H) norm(r)). A minimum is where that is 0.
  std::vector<double> slopes(const block& residual) const {
    const owned_block gradient = make_block(with_, type_, unknowns_, count_);
    a_.multiply_adjoint(residual, gradient.elements);
    const std::vector<column_norm> rests = norms(residual);
    const std::vector<column_norm> gradients = norms(gradient.elements);
    const double norm_of_adjoint = norm_of(adjoint_of(a_.op), a_.a.found);
    std::vector<double> result(rests.size());
    for (std::size_t j = 0; j < result.size(); ++j) {
      result[j] = gradients[j].largest == 0 ? 0 : gradients[j].largest / (norm_of_adjoint * rests[j].largest);
    }
    return result;
  }

  /// Where the rest is small but not nothing, rounding alone gives it a slope. What of it op(A) can reach, w = op(A) d, is an
  /// error of b or A; what is left must be at right angles to op(A).
  std::vector<double> shifted_slopes() const {
    const owned_block work = make_block(with_, type_, std::max(equations_, unknowns_), count_);
    with_.copy(view_of(r_), false, 1, rows_of(work.elements, 0, equations_), a_.threads);
    a_.by.solve(a_.op, work.elements, a_.threads);
    const owned_block reached = make_block(with_, type_, equations_, count_);
    const owned_block left = make_block(with_, type_, equations_, count_);
    a_.multiply(rows_of(work.elements, 0, unknowns_), reached.elements);
    with_.copy(view_of(r_), false, 1, left.elements, a_.threads);
    with_.add(-1, reached.elements, left.elements);
    const std::vector<column_norm> shares = norms(reached.elements);
    std::vector<double> both = slopes(left.elements);
    for (std::size_t j = 0; j < both.size(); ++j) {
      both[j] += shares[j].largest == 0 ? 0 : shares[j].largest / scales_[j];
    }
    return both;
  }

  /// Brings errors above `bar` down to Karlson and Walden's: norm(P [r; 0]) / scale, where P projects on the range of
  /// K = [op(A); eta I] with eta = norm(op(A)) norm(r) / scale. It is the smallest backward error but for a small factor (Gu)
  /// whatever the condition of A, and K is so well conditioned that rounding changes it by a few roundoffs. The eta that is taken is a
  /// power of two of at most this, for which the error is larger by at most 2, so that columns share their factors.
  void project(double bar, std::span<double> errors) const {
    const std::vector<column_norm> rests = norms(r_);
    std::map<int, std::vector<std::size_t>> columns_of_eta;
    for (std::size_t j = 0; j < errors.size(); ++j) {
      const double eta = norm_of(a_.op, a_.a.found) * rests[j].largest / scales_[j];
      if (errors[j] > bar && std::isnormal(eta)) {
        columns_of_eta[std::ilogb(eta)].push_back(j);
      }
    }
    for (const auto& [exponent, columns] : columns_of_eta) {
      const double eta = std::ldexp(1.0, exponent);
      const std::vector<double> found = projections(eta, columns);
      for (std::size_t i = 0; i < columns.size(); ++i) {
        double& error = errors[columns[i]];
        error = std::min(error, found[i] + a_.a.probed);
      }
    }
  }

 private:
  std::vector<column_norm> norms(const block& b) const {
    std::vector<column_norm> found(static_cast<std::size_t>(b.columns));
    with_.norms(b, found);
    return found;
  }

  /// norm(P [r; 0]) / scale of these columns of r, and how far the y with K y = P [r; 0] is from solving K^H K y = K^H [r; 0]: what
  /// the factors of K say is not taken on trust.
  std::vector<double> projections(double eta, const std::vector<std::size_t>& columns) const {
    const std::int64_t rows = equations_ + unknowns_;
    const auto count = static_cast<std::int64_t>(columns.size());
    const owned_block left = make_block(with_, type_, equations_, count);
    for (std::size_t i = 0; i < columns.size(); ++i) {
      with_.copy(view_of(column_of(r_, columns[i])), false, 1, column_of(left.elements, i), a_.threads);
    }
    const owned_block work = make_block(with_, type_, rows, count);
    write_diagonal(with_, 0, work.elements);
    with_.copy(view_of(left.elements), false, 1, rows_of(work.elements, 0, equations_), a_.threads);
    factors_of_stack(eta)->solve(apply::none, work.elements, a_.threads);
    const block y = rows_of(work.elements, 0, unknowns_);
    const owned_block upper = make_block(with_, type_, equations_, count);
    const owned_block lower = make_block(with_, type_, unknowns_, count);
    const owned_block gradient = make_block(with_, type_, unknowns_, count);
    a_.multiply(y, upper.elements);
    with_.copy(view_of(y), false, eta, lower.elements, a_.threads);
    with_.add(-1, upper.elements, left.elements);
    a_.multiply_adjoint(left.elements, gradient.elements);
    with_.add(-eta, lower.elements, gradient.elements);
    const std::vector<column_norm> uppers = norms(upper.elements), lowers = norms(lower.elements),
                                   gradients = norms(gradient.elements);
    const std::vector<column_norm> answers = norms(y), rests = norms(r_);
    const double norm = norm_of(a_.op, a_.a.found);
    const double norm_of_adjoint = norm_of(adjoint_of(a_.op), a_.a.found);
    std::vector<double> found(columns.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
      const std::size_t j = columns[i];
      found[i] = std::max(uppers[i].largest, lowers[i].largest) / scales_[j] +
                 gradients[i].largest / (norm_of_adjoint * (norm * answers[i].largest + rests[j].largest));
    }
    return found;
  }

  std::shared_ptr<const factors> factors_of_stack(double eta) const {
    owned_block stack = make_block(with_, type_, equations_ + unknowns_, unknowns_);
    a_.write(rows_of(stack.elements, 0, equations_));
    write_diagonal(with_, eta, rows_of(stack.elements, equations_, unknowns_));
    return with_.factorize({.method = method::qr,
                            .source = view_of(stack.elements),
                            .consumable = stack.elements,
                            .owner = std::move(stack.memory),
                            .type = type_,
                            .threads = a_.threads});
  }

  const measured_matrix& a_;
  solver& with_;
  dtype type_;
  std::int64_t equations_, unknowns_, count_;
  const block& r_;
  std::span<const double> scales_;
};

}  // namespace

double norm_of(apply op, const facts& found) { return transposes(op) ? found.norm_one : found.norm_inf; }

void measured_matrix::multiply(apply how, const block& x, const block& y) const {
  if (a.source.data != nullptr) {
    a.with->multiply(1, a.source, how, view_of(x), 0, y, threads);
  } else {
    by.multiply(how, x, y, threads);
  }
}

void measured_matrix::multiply_adjoint(const block& x, const block& y) const { multiply(adjoint_of(op), x, y); }

void measured_matrix::write(const block& to) const {
  if (a.source.data != nullptr) {
    const bool conjugates = op == apply::adjoint || op == apply::conjugate;
    a.with->copy(transposes(op) ? transposed(a.source) : a.source, conjugates, 1, to, threads);
    return;
  }
  const owned_block unit = make_block(*a.with, to.type, to.columns, to.columns);
  write_diagonal(*a.with, 1, unit.elements);
  by.multiply(op, unit.elements, to, threads);
}

void measure_as_minimum(const measured_matrix& a, const block& residual, std::span<const double> scales, double bar,
                        std::span<double> errors) {
  const minimum_check check(a, residual, scales);
  const auto improve = [&](const std::vector<double>& others) {
    for (std::size_t j = 0; j < errors.size(); ++j) {
      errors[j] = std::min(errors[j], others[j] + a.a.probed);
    }
  };
  const auto is_enough = [&] { return std::ranges::all_of(errors, [&](double error) { return error <= bar; }); };
  improve(check.slopes(residual));
  if (is_enough()) {
    return;
  }
  improve(check.shifted_slopes());
  if (!is_enough()) {
    check.project(bar, errors);
  }
}

}  // namespace gpucompute::solving
