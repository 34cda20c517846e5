// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/condition.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <limits>
#include <vector>

#include "kernels/solve/least_squares_error.hpp"

namespace gpucompute::solving {
namespace {

using numbers = std::vector<std::complex<double>>;
constexpr double infinity = std::numeric_limits<double>::infinity();

/// The 1-norm; infinite where a number is not finite.
double sum_of_moduli(const numbers& v) {
  double sum = 0;
  for (const auto& each : v) {
    sum += std::abs(each);
  }
  return std::isfinite(sum) ? sum : infinity;
}

/// An estimate from below of the 1-norm of a B that only products are known of: times(false, v) is B v, times(true, v) is B^H v
/// (Higham, Accuracy and Stability of Numerical Algorithms, algorithm 15.4; LAPACK's xLACN2).
template <typename Times>
double norm_one(std::int64_t columns, Times times) {
  constexpr int most_steps = 5;
  const auto count = static_cast<std::size_t>(columns);
  numbers image = times(false, numbers(count, 1.0 / static_cast<double>(columns)));
  double found = sum_of_moduli(image);
  for (int step = 0; step < most_steps && count > 1 && std::isfinite(found); ++step) {
    for (auto& each : image) {
      each = each == 0.0 ? 1.0 : each / std::abs(each);
    }
    const numbers gradient = times(true, image);
    const auto steepest = std::ranges::max_element(gradient, {}, [](const auto& each) { return std::abs(each); });
    numbers unit(count);
    unit[static_cast<std::size_t>(steepest - gradient.begin())] = 1;
    image = times(false, unit);
    const double grown = sum_of_moduli(image);
    if (!(grown > found)) {
      break;
    }
    found = grown;
  }
  // For matrices that hide their norm from the steps above.
  numbers alternating(count);
  for (std::size_t i = 0; i < count; ++i) {
    alternating[i] =
        (i % 2 == 0 ? 1 : -1) * (1 + static_cast<double>(i) / static_cast<double>(std::max<std::size_t>(1, count - 1)));
  }
  return std::max(found, 2 * sum_of_moduli(times(false, alternating)) / (3 * static_cast<double>(columns)));
}

/// op(F)^+ times a power of two near norm(op(F)), so that nothing leaves the range before the condition does.
class pseudo_inverse {
 public:
  pseudo_inverse(solver& with, const conditioned& of)
      : with_(with),
        of_(of),
        exponent_(of.norm > 0 ? std::ilogb(of.norm) : 0),
        work_(make_block(with, of.type, std::max(of.equations, of.unknowns), 1)),
        widened_(make_block(with, is_complex(of.type) ? complex128 : float64, work_.elements.rows, 1)) {}

  double norm_inf() const {
    return norm_one(of_.unknowns, [this](bool adjoint, const numbers& v) { return times(!adjoint, v); });
  }
  double norm_of_adjoint() const {
    return norm_one(of_.equations, [this](bool adjoint, const numbers& v) { return times(adjoint, v); });
  }
  /// Of it times its adjoint: where the unknowns are independent that is (op(F)^H op(F))^-1.
  double norm_of_square() const {
    return norm_one(of_.unknowns, [this](bool /*adjoint*/, const numbers& v) { return times(false, times(true, v)); });
  }
  /// What to multiply them by.
  double scale() const { return std::ldexp(1.0, -exponent_); }

 private:
  numbers times(bool adjoint, const numbers& v) const {
    numbers result(static_cast<std::size_t>(adjoint ? of_.equations : of_.unknowns));
    with_.copy(seen(v), false, 1, first_rows(work_.elements, v.size()), 1);
    of_.made->solve(adjoint ? adjoint_of(of_.op) : of_.op, work_.elements, of_.threads);
    const block image = first_rows(work_.elements, result.size());
    with_.scale_columns(image, {&exponent_, 1});
    const block wide = first_rows(widened_.elements, result.size());
    with_.copy(view_of(image), false, 1, wide, 1);
    with_.store(wide, seen(result));
    return result;
  }

  /// As numbers of the factors' kind: real ones are the real parts.
  matrix_view seen(const numbers& v) const {
    constexpr auto size = static_cast<std::int64_t>(sizeof v[0]);
    const auto rows = static_cast<std::int64_t>(v.size());
    return {v.data(), widened_.elements.type, rows, 1, size, size * rows};
  }
  static block first_rows(const block& b, std::size_t rows) { return rows_of(b, static_cast<std::int64_t>(rows)); }

  solver& with_;
  const conditioned& of_;
  int exponent_;
  owned_block work_, widened_;
};

/// Of op(F)^+ times random numbers of at most 1.
double norm_of_one_answer(solver& with, const conditioned& of) {
  const owned_block work = make_block(with, of.type, std::max(of.equations, of.unknowns), 1);
  with.fill_probe(rows_of(work.elements, of.equations));
  of.made->solve(of.op, work.elements, of.threads);
  column_norm grown;
  with.norms(rows_of(work.elements, of.unknowns), {&grown, 1});
  return grown.largest;
}

bool is_orthogonal(method which) { return which == method::qr || which == method::rank_revealing; }

}  // namespace

conditioned conditioned_by(const factored& by, const prepared& a, apply op) {
  const bool turns = transposes(op);
  return {.made = by.made,
          .method = by.method,
          .type = by.type,
          .op = op,
          .equations = turns ? a.size.columns : a.size.rows,
          .unknowns = turns ? a.size.rows : a.size.columns,
          .norm = std::ldexp(norm_of(op, a.found), by.exponent - a.exponent),
          .norm_of_adjoint = std::ldexp(norm_of(adjoint_of(op), a.found), by.exponent - a.exponent),
          .threads = a.chosen.threads};
}

double reciprocal_condition(solver& with, const conditioned& of) {
  if (is_orthogonal(of.method) && of.made->rank() == 0) {
    return 1;
  }
  // An estimator that follows signs stops where two steps have the same ones, and finds a small norm in some matrices of small
  // whole numbers. Random numbers do not.
  const double bound = of.norm * norm_of_one_answer(with, of);
  const double most = bound > 0 && std::isfinite(bound) ? 1 / bound : infinity;
  if (!is_orthogonal(of.method)) {
    return std::min(most, of.made->reciprocal_condition({of.norm, !transposes(of.op)}));
  }
  // The triangle of such factors has A's 2-norms and no others.
  const pseudo_inverse inverse(with, of);
  return std::min(most, 1 / inverse.norm_inf() / (of.norm * inverse.scale()));
}

double sensitivity(solver& with, const conditioned& of, double condition, std::span<const sizes_of_column> columns) {
  const std::int64_t rank = of.made->rank();
  if (rank < std::min(of.equations, of.unknowns) || rank == 0) {  // of rank 0, x is exactly 0 or empty
    return 0;
  }
  if (of.equations == of.unknowns) {
    return condition;
  }
  const pseudo_inverse inverse(with, of);
  const bool has_rest = of.equations > of.unknowns;
  // x of least norm turns with the rows that it is combined of, by a projection whose 2-norm is 1.
  const double turning = of.equations < of.unknowns
                             ? std::sqrt(static_cast<double>(of.unknowns)) * inverse.norm_of_adjoint() *
                                   (of.norm_of_adjoint * inverse.scale())
                             : 0;
  const double squared =
      has_rest ? inverse.norm_of_square() * (of.norm * inverse.scale()) * (of.norm_of_adjoint * inverse.scale()) : 0;
  double most = condition + turning;
  for (const sizes_of_column& one : columns) {
    if (one.b == 0) {
      continue;  // and so are x and the exact one
    }
    const double reached = of.norm * one.x;
    most = std::max(most, reached == 0 ? infinity
                                       : turning + condition * std::max(1.0, one.b / reached) +
                                             (has_rest ? squared * (one.residual / reached) : 0));
  }
  return most;
}

}  // namespace gpucompute::solving
