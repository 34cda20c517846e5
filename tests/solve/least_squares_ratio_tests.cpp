// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <string>

#include "tests/solve/matrices.hpp"
#include "tests/solve/ratio_log.hpp"
#include "tests/solve/solvers.hpp"

// LAPACK's ratios over LAPACK's matrices, for least squares and minimum norm of every solver.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class LeastSquaresRatios : public ::testing::Test {
 protected:
  void judge(const tested_solver& tested, const matrix_type& type, const dense<T>& a, method how) {
    if (!tested.has(how)) {
      return;
    }
    const std::string label = tested.name + " " + std::string(name(how));
    SCOPED_TRACE(label + ", type " + name(type) + ", " + std::to_string(a.rows()) + " by " +
                 std::to_string(a.columns()));
    solving::factor_request request;
    request.method = how;
    request.type = dtype_of<T>();
    request.source = a.view();
    request.rank_tolerance = std::sqrt(eps<T>) / 2;
    const auto made = tested.solver->factorize(request);
    const index rank = rank_of(type, a.rows(), a.columns());
    ASSERT_EQ(made->singular_at(), -1);
    ASSERT_EQ(made->rank(), rank);
    dense<T> unit = identity<T>(a.columns()), product(a.rows(), a.columns());
    made->multiply(apply::none, unit.block(), product.block(), 1);
    log_.expect(label + " get01", get01(product, a));
    for (const apply op : all_applies) {
      const dense<T> op_a = applied(op, a);
      const subject one{*made, op, op_a, rank, row_space(rank < op_a.columns() ? op_a : dense<T>())};
      for (const index columns : tested_right_hand_sides) {
        judge_solution(label + ", solvable", one, true, op_a * in_row_space(op_a, columns));
        judge_any(label + ", any b", one, columns);
      }
    }
  }

 private:
  struct subject {
    const solving::factors& made;
    apply op;
    const dense<T>& op_a;
    index rank;
    row_space<T> rows;
  };

  /// The rows' combination by random numbers, scaled to 1. What is outside the row space would be lost in op(A) x but for
  /// rounding errors, against which x would be small.
  static dense<T> in_row_space(const dense<T>& op_a, index columns) {
    const auto combined = adjoint(widened(op_a)) * widened(random_matrix<T>(op_a.rows(), columns, 19));
    const auto size = std::max(norm_max(combined), std::numeric_limits<real_of<wide_of<T>>>::min());
    return filled<T>(combined.rows(), columns, [&](index i, index j) { return converted<T>(combined(i, j) / size); });
  }

  static dense<T> solved(const subject& one, const dense<T>& b) {
    dense<T> x(std::max(one.op_a.rows(), one.op_a.columns()), b.columns());
    for (index j = 0; j < b.columns(); ++j) {
      for (index i = 0; i < b.rows(); ++i) {
        x(i, j) = b(i, j);
      }
    }
    one.made.solve(one.op, x.block(), 1);
    return first_rows(x, one.op_a.columns());
  }

  /// Random b. One that has almost a solution is drawn again: rounding x alone moves R^H op(A) by eps norm(op(A)) norm(B),
  /// which qrt17 measures in norm(R). No x makes R much smaller than the right one, so that the draw depends on no solver.
  void judge_any(const std::string& label, const subject& one, index columns) {
    const bool has_solution = one.rank == one.op_a.rows();
    const auto most = static_cast<real_of<T>>(2 * std::max({one.op_a.rows(), one.op_a.columns(), columns}));
    for (std::uint64_t seed = 23; seed < 33; ++seed) {
      const dense<T> b = random_matrix<T>(one.op_a.rows(), columns, seed);
      if (has_solution || one.op_a.rows() == 0 || norm_one(b) <= most * norm_one(b - one.op_a * solved(one, b))) {
        judge_solution(label, one, has_solution, b);
        return;
      }
    }
    FAIL() << label << ": every b has almost a solution";
  }

  void judge_solution(const std::string& label, const subject& one, bool has_solution, const dense<T>& b) {
    const dense<T>& op_a = one.op_a;
    const dense<T> x = solved(one, b);
    if (has_solution) {
      log_.expect(label + " qrt16", qrt16(op_a, x, b));
    }
    if (one.rank < op_a.rows()) {
      log_.expect(label + " qrt17", qrt17(op_a, x, b, has_solution));
    }
    if (one.rank < op_a.columns()) {
      log_.expect(label + " qrt14", qrt14(one.rows, x));
    }
  }

  ratio_log log_;
};

using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(LeastSquaresRatios, numbers);

TYPED_TEST(LeastSquaresRatios, AreSmallForEveryShapeScaleAndRank) {
  for (const tested_solver& tested : all_solvers()) {
    for (const matrix_type& type : types_of(family::least_squares)) {
      for (const index m : tested_orders) {
        for (const index n : tested_orders) {
          const auto a = make_matrix<TypeParam>(type, m, n, m, n, static_cast<int>(7 * type.number + 131 * m + n));
          this->judge(tested, type, a, method::rank_revealing);
          if (type.shape == shape::full_rank) {
            this->judge(tested, type, a, method::qr);
          }
        }
      }
    }
  }
}

}  // namespace
}  // namespace gpucompute::testing
