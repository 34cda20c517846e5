// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <string>

#include "tests/solve/dense.hpp"
#include "tests/solve/solvers.hpp"

// What every solver's factors must do, on small random matrices: each method, op and type.

namespace gpucompute::testing {
namespace {

using solving::apply;
using solving::triangle;

template <typename T>
class Solvers : public ::testing::Test {};
using numbers = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Solvers, numbers);

/// A matrix, how it is factored, and what must not be read of it.
template <typename T>
struct trial {
  std::string name;
  dense<T> a;
  solving::factor_request request = {};

  trial(std::string named, dense<T> matrix, method how) : name(std::move(named)), a(std::move(matrix)) {
    request.method = how;
    request.type = dtype_of<T>();
  }
};

template <typename T>
dense<T> band_of(dense<T> a, index lower, index upper) {
  for (index j = 0; j < a.columns(); ++j) {
    for (index i = 0; i < a.rows(); ++i) {
      a(i, j) = i - j > lower || j - i > upper ? T(0) : a(i, j);
    }
  }
  return a;
}

template <typename T>
dense<T> plus_diagonal(dense<T> a, T shift) {
  for (index i = 0; i < a.rows(); ++i) {
    a(i, i) += shift;
  }
  return a;
}

template <typename T>
std::vector<trial<T>> square_trials(const tested_solver& tested, index n) {
  const dense<T> r = random_matrix<T>(n, n, 11);
  const T shift(static_cast<real_of<T>>(n));
  std::vector<trial<T>> all;
  all.emplace_back("lu", r, method::lu);
  all.emplace_back("qr", r, method::qr);
  all.emplace_back("rank_revealing", r, method::rank_revealing);
  all.emplace_back("tridiagonal", band_of(r, 1, 1), method::tridiagonal);
  all.emplace_back("diagonal", band_of(r, 0, 0), method::diagonal);
  for (const auto& [lower, upper] : {std::pair<index, index>{2, 1}, {0, 3}, {3, 0}, {50, 50}}) {
    // Where nothing can be pivoted, a large diagonal keeps the condition small.
    const dense<T> full = lower == 0 || upper == 0 ? plus_diagonal(r, T(3)) : r;
    all.emplace_back("banded " + std::to_string(lower) + "/" + std::to_string(upper), band_of(full, lower, upper),
                     method::banded);
    all.back().request.lower_bandwidth = lower;
    all.back().request.upper_bandwidth = upper;
  }
  for (const triangle part : {triangle::lower, triangle::upper}) {
    const bool lower = part == triangle::lower;
    const auto add = [&](const char* name, dense<T> a, method how, bool hermitian) {
      all.emplace_back(std::string(name) + (lower ? ", lower" : ", upper"), std::move(a), how);
      all.back().request.part = part;
      all.back().request.hermitian = hermitian;
    };
    add("triangular", band_of(plus_diagonal(r, shift), lower ? n : 0, lower ? 0 : n), method::triangular, true);
    add("cholesky", plus_diagonal(r * adjoint(r), T(1)), method::cholesky, true);
    const auto sum = [&](const dense<T>& other) {
      return filled<T>(n, n, [&](index i, index j) { return i == j && i % 3 != 0 ? T(0) : r(i, j) + other(i, j); });
    };
    add("hermitian", sum(adjoint(r)), method::indefinite, true);
    add("symmetric", sum(transpose(r)), method::indefinite, false);
  }
  std::erase_if(all, [&](const trial<T>& one) { return !tested.has(one.request.method); });
  return all;
}

/// The source with NaN where the method must not look.
template <typename T>
dense<T> as_given(const trial<T>& one) {
  const method how = one.request.method;
  if (how != method::triangular && how != method::cholesky && how != method::indefinite) {
    return one.a;
  }
  const bool lower = one.request.part == triangle::lower;
  return filled<T>(one.a.rows(), one.a.columns(), [&](index i, index j) {
    return (lower ? i < j : i > j) ? T(std::numeric_limits<real_of<T>>::quiet_NaN()) : one.a(i, j);
  });
}

template <typename T>
double relative_error(const dense<T>& is, const dense<T>& should) {
  const double size = static_cast<double>(norm_max(should));
  return static_cast<double>(norm_max(is - should)) / (size == 0 ? 1 : size);
}

template <typename T>
constexpr double tolerance = 2000.0 * std::numeric_limits<real_of<T>>::epsilon();

TYPED_TEST(Solvers, MultiplyThroughTheFactorsAsTheMatrixDoesAndSolveUndoesIt) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    for (const index n : {0, 1, 2, 3, 7, 20}) {
      for (trial<T>& one : square_trials<T>(tested, n)) {
        SCOPED_TRACE(tested.name + " " + one.name + " n = " + std::to_string(n));
        const dense<T> given = as_given(one);
        one.request.source = given.view();
        const auto made = tested.solver->factorize(one.request);
        ASSERT_EQ(made->singular_at(), -1);
        EXPECT_EQ(made->rank(), n);
        for (const apply op : all_applies) {
          SCOPED_TRACE("op " + std::to_string(static_cast<int>(op)));
          dense<T> x = random_matrix<T>(n, 3, 5), y(n, 3);
          const dense<T> known = x;
          made->multiply(op, x.block(), y.block(), 1);
          EXPECT_EQ(x, known);
          EXPECT_LT(relative_error(y, applied(op, one.a) * known), tolerance<T>);
          made->solve(op, y.block(), 1);
          EXPECT_LT(relative_error(y, known), 100 * tolerance<T>);
        }
      }
    }
  }
}

TYPED_TEST(Solvers, GiveTheSameFactorsInMemoryThatIsGivenUp) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    for (trial<T>& one : square_trials<T>(tested, 7)) {
      SCOPED_TRACE(tested.name + " " + one.name);
      const dense<T> given = as_given(one);
      one.request.source = given.view();
      const auto apart = tested.solver->factorize(one.request);
      dense<T> consumed = given;
      one.request.source = consumed.view();
      one.request.consumable = consumed.block();
      const auto within = tested.solver->factorize(one.request);
      dense<T> x = random_matrix<T>(7, 2, 5);
      dense<T> y = x;
      apart->solve(apply::none, x.block(), 1);
      within->solve(apply::none, y.block(), 1);
      EXPECT_EQ(x, y);
    }
  }
}

TYPED_TEST(Solvers, KnowDeterminantAndCondition) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    for (trial<T>& one : square_trials<T>(tested, 7)) {
      SCOPED_TRACE(tested.name + " " + one.name);
      const dense<T> given = as_given(one);
      one.request.source = given.view();
      const auto made = tested.solver->factorize(one.request);
      dense<T> inverse = identity<T>(7);
      made->solve(apply::none, inverse.block(), 1);
      const double norm = static_cast<double>(norm_one(one.a));
      const double exact = 1 / (norm * static_cast<double>(norm_one(inverse)));
      const bool orthogonal = one.request.method == method::qr || one.request.method == method::rank_revealing;
      EXPECT_GE(made->reciprocal_condition({norm}), exact * (orthogonal ? 1.0 / 7 : 1 - tolerance<T>));
      EXPECT_LE(made->reciprocal_condition({norm}), exact * (orthogonal ? 7 : 3));
      const double of_rows = static_cast<double>(norm_inf(one.a));
      const double exact_of_rows = 1 / (of_rows * static_cast<double>(norm_inf(inverse)));
      EXPECT_GE(made->reciprocal_condition({of_rows, true}), exact_of_rows * (orthogonal ? 1.0 / 7 : 1 - tolerance<T>));
      EXPECT_LE(made->reciprocal_condition({of_rows, true}), exact_of_rows * (orthogonal ? 7 : 3));
      if (orthogonal) {
        EXPECT_THROW(made->determinant(), internal_error);
        continue;
      }
      // By elimination of the whole matrix, which the first trial does.
      solving::factor_request whole;
      whole.type = dtype_of<T>();
      whole.source = one.a.view();
      const log_determinant expected = tested.solver->factorize(whole)->determinant().logarithm();
      EXPECT_NEAR(made->determinant().logarithm().log, expected.log, tolerance<T>);
      EXPECT_LT(std::abs(made->determinant().logarithm().sign - expected.sign), tolerance<T>);
    }
  }
}

TEST(SolverDeterminants, AreThoseOfKnownMatrices) {
  for (const tested_solver& tested : all_solvers()) {
    solving::factor_request request;
    dense<double> a(3, 3);  // an even permutation of -2, 3, 3
    a(1, 0) = -2;
    a(2, 1) = a(0, 2) = 3;
    request.source = a.view();
    const log_determinant known = tested.solver->factorize(request)->determinant().logarithm();
    EXPECT_NEAR(known.log, std::log(18.0), 1e-14);
    EXPECT_EQ(known.sign, -1.0);
    dense<double> zero(3, 3);
    request.source = zero.view();
    EXPECT_EQ(tested.solver->factorize(request)->determinant().logarithm().sign, 0.0);
    EXPECT_EQ(tested.solver->factorize(request)->determinant().logarithm().log,
              -std::numeric_limits<double>::infinity());
    request.source = {nullptr, float64, 0, 0, 0, 0};
    EXPECT_EQ(tested.solver->factorize(request)->determinant().logarithm().sign, 1.0);
  }
}

/// op(A)^+ b in the first rows of what solve() takes.
template <typename T>
dense<T> least_squares(const solving::factors& made, apply op, const dense<T>& b, index columns) {
  dense<T> x(std::max(b.rows(), columns), b.columns());
  for (index j = 0; j < b.columns(); ++j) {
    for (index i = 0; i < b.rows(); ++i) {
      x(i, j) = b(i, j);
    }
  }
  made.solve(op, x.block(), 1);
  return first_rows(x, columns);
}

template <typename T>
void expect_least_squares(const solving::factors& made, const dense<T>& a, apply op) {
  const auto is_zero = [](const dense<T>& x) { EXPECT_LT(static_cast<double>(norm_max(x)), tolerance<T>); };
  const dense<T> op_a = applied(op, a);
  dense<T> known = random_matrix<T>(op_a.columns(), 2, 8), y(op_a.rows(), 2);
  made.multiply(op, known.block(), y.block(), 1);
  is_zero(y - op_a * known);
  const dense<T> b = random_matrix<T>(op_a.rows(), 2, 6);
  const dense<T> x = least_squares(made, op, b, op_a.columns());
  // The residual is orthogonal to the columns of op(A), and x to its null space.
  is_zero(adjoint(op_a) * (b - op_a * x));
  const dense<T> in_null_space = known - least_squares(made, op, op_a * known, op_a.columns());
  is_zero(op_a * in_null_space);
  is_zero(adjoint(in_null_space) * x);
}

TYPED_TEST(Solvers, SolveLeastSquaresOfAnyShapeAndRank) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    for (const auto& [m, n] : {std::pair<index, index>{9, 4}, {4, 9}, {6, 6}, {5, 1}, {1, 5}, {3, 0}, {0, 3}}) {
      for (const index rank : {std::min(m, n), std::min(m, n) / 2}) {
        for (const method how : {method::qr, method::rank_revealing}) {
          if (!tested.has(how) || (how == method::qr && rank < std::min(m, n))) {
            continue;
          }
          SCOPED_TRACE(tested.name + " " + std::to_string(m) + "x" + std::to_string(n) + " rank " +
                       std::to_string(rank) + " " + std::string(name(how)));
          const bool full = rank == std::min(m, n);
          const dense<T> a =
              full ? random_matrix<T>(m, n, 3) : random_matrix<T>(m, rank, 3) * random_matrix<T>(rank, n, 4);
          solving::factor_request request;
          request.method = how;
          request.type = dtype_of<T>();
          request.rank_tolerance = tolerance<T>;
          request.source = a.view();
          const auto made = tested.solver->factorize(request);
          EXPECT_EQ(made->singular_at(), -1);
          ASSERT_EQ(made->rank(), rank);
          for (const apply op : all_applies) {
            SCOPED_TRACE("op " + std::to_string(static_cast<int>(op)));
            expect_least_squares(*made, a, op);
          }
        }
      }
    }
  }
}

TYPED_TEST(Solvers, SayWhereTheMatrixIsSingular) {
  using T = TypeParam;
  for (const tested_solver& tested : all_solvers()) {
    SCOPED_TRACE(tested.name);
    const auto where = [&](dense<T> a, method how) {
      solving::factor_request request;
      request.method = how;
      request.type = dtype_of<T>();
      request.source = a.view();
      request.lower_bandwidth = request.upper_bandwidth = 1;
      return tested.solver->factorize(request)->singular_at();
    };
    for (const index zero : {0, 3, 5}) {
      dense<T> a = band_of(random_matrix<T>(6, 6, 2), 1, 1);
      for (index i = 0; i < 6; ++i) {
        a(i, zero) = a(zero, i) = T(0);
      }
      for (const method how :
           {method::lu, method::qr, method::banded, method::tridiagonal, method::triangular, method::diagonal}) {
        if (tested.has(how)) {
          EXPECT_EQ(where(a, how), zero) << name(how);
        }
      }
      if (!tested.has(method::indefinite) || !tested.has(method::cholesky)) {
        continue;
      }
      EXPECT_EQ(where(identity<T>(6) - filled<T>(6, 6, [&](index i, index j) { return T(i == j && i == zero); }),
                      method::indefinite),
                zero);
      dense<T> negative = identity<T>(6);
      negative(zero, zero) = T(-1);
      EXPECT_EQ(where(negative, method::cholesky), zero);
    }
    EXPECT_EQ(where(dense<T>(1, 1), method::lu), 0);
  }
}

}  // namespace
}  // namespace gpucompute::testing
