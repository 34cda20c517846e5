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
        judge_solution(label + ", any b", one, rank == op_a.rows(), random_matrix<T>(op_a.rows(), columns, 23));
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

  void judge_solution(const std::string& label, const subject& one, bool has_solution, const dense<T>& b) {
    const dense<T>& op_a = one.op_a;
    dense<T> x(std::max(op_a.rows(), op_a.columns()), b.columns());
    for (index j = 0; j < b.columns(); ++j) {
      for (index i = 0; i < b.rows(); ++i) {
        x(i, j) = b(i, j);
      }
    }
    one.made.solve(one.op, x.block(), 1);
    x = first_rows(x, op_a.columns());
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
