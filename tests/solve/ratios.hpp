// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <limits>
#include <utility>
#include <vector>

#include "tests/solve/dense.hpp"

// The ratios that LAPACK's own tests of linear systems are judged by, named as there. Each is an error over the one that
// rounding excuses; a correct algorithm stays below `bar`. Errors are computed in a longer type. eps is the unit roundoff,
// 2^-24 or 2^-53, norms are 1-norms where nothing else is said. N is the order of A.

namespace gpucompute::testing {

inline constexpr double bar = 30;

template <typename T>
inline constexpr double eps = std::numeric_limits<real_of<T>>::epsilon() / 2;

/// Error over size, in units of eps; 0 over 0 is no error, anything else over 0 all of it. The first column of what is
/// compared may be NaN: then so is the ratio, which is not below any bar.
template <typename T, typename Real>
double over(Real error, Real size) {
  if (error == 0) {
    return 0;
  }
  return size == 0 ? 1 / eps<T> : static_cast<double>(error / size) / eps<T>;
}

template <typename T>
double at_least_one(T count) {
  return std::max(1.0, static_cast<double>(count));
}

/// get01, pot01, gbt01, syt01, and qrt01(1) for a matrix of more columns or rows: norm(product of the factors - A) /
/// (max(M, N) norm(A) eps). How far what was factored is from A.
template <typename T>
double get01(const dense<T>& product, const dense<T>& a) {
  return over<T>(norm_one(widened(product) - widened(a)), norm_one(widened(a))) /
         at_least_one(std::max(a.rows(), a.columns()));
}

/// gtt01: the same for tridiagonal A, without N: a column of the product is a sum of three.
template <typename T>
double gtt01(const dense<T>& product, const dense<T>& a) {
  return over<T>(norm_one(widened(product) - widened(a)), norm_one(widened(a)));
}

/// get02, pot02, gbt02, gtt02, trt02: the largest of norm(b - op(A) x) / (norm(op(A)) norm(x) eps), one for each column;
/// without N. The backward error, in op(A) alone.
template <typename T>
double get02(const dense<T>& op_a, const dense<T>& x, const dense<T>& b) {
  const auto a = widened(op_a);
  const auto size = norm_one(a);
  const auto error = widened(b) - a * widened(x);
  double worst = 0;
  for (index j = 0; j < x.columns(); ++j) {
    const double ratio = over<T>(norm_one(columns_of(error, j, 1)), size * norm_one(widened(columns_of(x, j, 1))));
    worst = worst > ratio || std::isnan(worst) ? worst : ratio;
  }
  return worst;
}

/// The largest of norm(b - op(A) x) / (norm(op(A)) norm(x) + norm(b)) in infinity norms, one for each column, of which a
/// solve promises at most 30 N eps.
template <typename T>
double backward_error(const dense<T>& op_a, const dense<T>& x, const dense<T>& b) {
  const auto a = widened(op_a);
  const auto error = widened(b) - a * widened(x);
  double worst = 0;
  for (index j = 0; j < x.columns(); ++j) {
    const auto size = norm_inf(a) * norm_max(widened(columns_of(x, j, 1))) + norm_max(widened(columns_of(b, j, 1)));
    const double one = over<T>(norm_max(columns_of(error, j, 1)), size) * eps<T>;
    worst = worst > one || std::isnan(worst) ? worst : one;
  }
  return worst;
}

/// 1 / (norm(A) norm(A^-1)); 1 for order 0.
template <typename T>
double reciprocal_condition(const dense<T>& a, const dense<T>& inverse) {
  return a.rows() == 0 ? 1 : static_cast<double>(1 / norm_one(widened(inverse)) / norm_one(widened(a)));
}

/// get03, pot03, trt01: norm(I - A^-1 A) rcond / (N eps). Whether the inverse is as good as the condition allows.
template <typename T>
double get03(const dense<T>& a, const dense<T>& inverse) {
  const auto error = identity<wide_of<T>>(a.rows()) - widened(inverse) * widened(a);
  return static_cast<double>(norm_one(error)) * reciprocal_condition(a, inverse) / eps<T> / at_least_one(a.rows());
}

/// get04: the largest of (norm_max(x - known) / norm_max(known)) rcond / eps, one for each column. The forward error.
template <typename T>
double get04(const dense<T>& x, const dense<T>& known, double rcond) {
  double worst = 0;
  for (index j = 0; j < x.columns(); ++j) {
    const auto one = widened(columns_of(known, j, 1));
    const double ratio = over<T>(norm_max(widened(columns_of(x, j, 1)) - one), norm_max(one)) * rcond;
    worst = worst > ratio || std::isnan(worst) ? worst : ratio;
  }
  return worst;
}

/// get06: how many times an estimated reciprocal condition is off the true one; 0 where they agree.
template <typename T>
double get06(double estimated, double known) {
  const double larger = std::max(estimated, known), smaller = std::min(estimated, known);
  if (smaller > 0) {
    return larger / smaller - (1 - eps<T>);
  }
  return larger == smaller ? 0 : (larger == 0 ? 1 : larger) / eps<T>;
}

/// get07(1), pot05(1), gbt05(1), gtt05(1): the largest of norm_max(x - known) / (norm_max(x) bound). A bound of the
/// forward error must hold: at most 1, else 1 / eps.
template <typename T>
double get07_forward(const dense<T>& x, const dense<T>& known, const std::vector<double>& bounds) {
  double worst = 0;
  for (index j = 0; j < x.columns(); ++j) {
    const auto one = widened(columns_of(x, j, 1));
    const auto error = static_cast<double>(norm_max(one - widened(columns_of(known, j, 1))));
    const double allowed = static_cast<double>(norm_max(one)) * bounds[static_cast<std::size_t>(j)];
    const double ratio = error == 0 ? 0 : error <= allowed ? error / allowed : 1 / eps<T>;
    worst = std::max(worst, ratio);
  }
  return worst;
}

/// get07(2), pot05(2), gbt05(2), gtt05(2): the largest componentwise backward error, |b - op(A) x| over |op(A)| |x| + |b|,
/// over (N + 1) eps and what underflow may add.
template <typename T>
double get07_backward(const dense<T>& op_a, const dense<T>& x, const dense<T>& b) {
  using wide = wide_of<T>;
  const auto error = widened(b) - widened(op_a) * widened(x);
  const double terms = static_cast<double>(op_a.rows() + 1);
  const double least = terms * static_cast<double>(std::numeric_limits<real_of<T>>::min());
  double worst = 0;
  for (index j = 0; j < x.columns(); ++j) {
    double backward = 0, smallest = std::numeric_limits<double>::infinity();
    for (index i = 0; i < op_a.rows(); ++i) {
      real_of<wide> size = std::abs(converted<wide>(b(i, j)));
      for (index k = 0; k < op_a.columns(); ++k) {
        size += modulus(converted<wide>(op_a(i, k))) * modulus(converted<wide>(x(k, j)));
      }
      smallest = std::min(smallest, static_cast<double>(size));
      backward = std::max(backward, static_cast<double>((std::abs(error(i, j)) + (size == 0 ? 0 : least)) /
                                                        (size == 0 ? 1 : size + least)));
    }
    worst = std::max(worst, backward / (terms * eps<T> + least / std::max(smallest, least)));
  }
  return worst;
}

/// qrt01(2): norm(I - Q^H Q) / (M eps). How far Q is from orthogonal.
template <typename T>
double qrt01_orthogonality(const dense<T>& q) {
  const auto wide = widened(q);
  const auto error = norm_one(identity<wide_of<T>>(q.columns()) - adjoint(wide) * wide);
  return static_cast<double>(error) / eps<T> / at_least_one(q.rows());
}

/// qrt16: the largest of norm(b - op(A) x) / (max(M, N) norm(op(A)) norm(x) eps), for systems that have a solution.
template <typename T>
double qrt16(const dense<T>& op_a, const dense<T>& x, const dense<T>& b) {
  return get02(op_a, x, b) / at_least_one(std::max(op_a.rows(), op_a.columns()));
}

/// qrt17: norm(R^H op(A)) / (norm(op(A)) alpha max(M, N, NRHS) eps) with R = B - op(A) X; alpha is norm(B) where the
/// system has a solution, so that R is rounding alone, and norm(R) where it has none. Whether X is a least-squares solution.
template <typename T>
double qrt17(const dense<T>& op_a, const dense<T>& x, const dense<T>& b, bool has_solution) {
  const auto a = widened(op_a);
  const auto r = widened(b) - a * widened(x);
  const auto alpha = norm_one(has_solution ? widened(b) : r);
  return over<T>(norm_one(adjoint(r) * a), norm_one(a) * alpha) /
         at_least_one(std::max({op_a.rows(), op_a.columns(), b.columns()}));
}

/// The space that the rows of a matrix span, as orthonormal columns. Rows that depend on the others but for rounding noise
/// span nothing.
template <typename T>
class row_space {
 public:
  explicit row_space(const dense<T>& a) : rows_(a.rows()), columns_(a.columns()) {
    dense<wide> rest = adjoint(widened(a));
    const auto noise = static_cast<real>(std::sqrt(eps<T>) / 2);
    real first = 0;
    for (index k = 0; k < std::min(rows_, columns_); ++k) {
      const auto [best, size] = largest_column(rest);
      first = k == 0 ? size : first;
      if (size <= noise * first) {
        break;
      }
      units_.push_back(normalised(columns_of(rest, best, 1), size));
      remove(units_.back(), rest);
    }
  }

  index rows() const { return rows_; }
  index columns() const { return columns_; }

  /// What is left of the columns of x without their parts in this space.
  dense<wide_of<T>> outside(const dense<T>& x) const {
    dense<wide> left = widened(x);
    for (const dense<wide>& unit : units_) {
      remove(unit, left);
    }
    return left;
  }

 private:
  using wide = wide_of<T>;
  using real = real_of<wide>;

  static std::pair<index, real> largest_column(const dense<wide>& a) {
    std::pair<index, real> found(0, 0);
    for (index j = 0; j < a.columns(); ++j) {
      const real size = norm_one(columns_of(a, j, 1));
      found = size > found.second ? std::pair(j, size) : found;
    }
    return found;
  }

  static dense<wide> normalised(dense<wide> column, real size) {
    real squares = 0;
    for (index i = 0; i < column.rows(); ++i) {
      column(i, 0) /= size;
      squares += std::norm(column(i, 0));
    }
    for (index i = 0; i < column.rows(); ++i) {
      column(i, 0) /= std::sqrt(squares);
    }
    return column;
  }

  /// Twice, as once may leave rounding.
  static void remove(const dense<wide>& unit, dense<wide>& from) {
    const dense<wide> row = adjoint(unit);
    from = from - unit * (row * from);
    from = from - unit * (row * from);
  }

  index rows_, columns_;
  std::vector<dense<wide>> units_;
};

/// qrt14: the part of X outside the space of op(A)'s rows over (norm(X) max(M, N, NRHS) eps). Whether X has least norm.
template <typename T>
double qrt14(const row_space<T>& rows_of_op_a, const dense<T>& x) {
  return over<T>(norm_max(rows_of_op_a.outside(x)), norm_max(widened(x))) /
         at_least_one(std::max({rows_of_op_a.rows(), rows_of_op_a.columns(), x.columns()}));
}

}  // namespace gpucompute::testing
