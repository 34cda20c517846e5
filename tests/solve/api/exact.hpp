// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/solve/api/systems.hpp"

// Least squares and conditions in long double, for what is told of answers in double.

namespace gpucompute::tests {

using matrix = dense_matrix<double>;
using wide = dense_matrix<long double>;

template <typename T, typename From>
dense_matrix<T> converted(const dense_matrix<From>& a) {
  return {a.rows, a.columns, std::vector<T>(a.values.begin(), a.values.end())};
}

template <typename T>
dense_matrix<T> transposed(const dense_matrix<T>& a) {
  dense_matrix<T> result(a.columns, a.rows);
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::int64_t j = 0; j < a.columns; ++j) {
      result(j, i) = a(i, j);
    }
  }
  return result;
}

/// x of least norm among those that bring A x nearest to b, A of full rank: by Gram and Schmidt, twice.
class exact_solver {
 public:
  explicit exact_solver(const wide& a)
      : across_(a.rows < a.columns), q_(across_ ? a : transposed(a)), r_(q_.rows, q_.rows) {
    for (std::int64_t k = 0; k < q_.rows; ++k) {
      for (std::int64_t j = 0; j < 2 * k; ++j) {
        r_(j % k, k) += take_away(&q_(j % k, 0), &q_(k, 0));
      }
      long double squares = 0;
      for (std::int64_t i = 0; i < q_.columns; ++i) {
        squares += q_(k, i) * q_(k, i);
      }
      r_(k, k) = std::sqrt(squares);
      for (std::int64_t i = 0; i < q_.columns; ++i) {
        q_(k, i) /= r_(k, k);
      }
    }
  }

  std::vector<long double> solve(std::vector<long double> b) const {
    const std::int64_t n = q_.rows;
    std::vector<long double> c(static_cast<std::size_t>(n)), x(static_cast<std::size_t>(q_.columns));
    for (std::int64_t k = 0; k < n; ++k) {
      const auto at = static_cast<std::size_t>(k);
      c[at] = across_ ? b[at] : take_away(&q_(k, 0), b.data());
      for (std::int64_t j = 0; across_ && j < k; ++j) {
        c[at] -= r_(j, k) * c[static_cast<std::size_t>(j)];
      }
      c[at] /= across_ ? r_(k, k) : 1;
      for (std::int64_t i = 0; across_ && i < q_.columns; ++i) {
        x[static_cast<std::size_t>(i)] += c[at] * q_(k, i);
      }
    }
    for (std::int64_t k = n; !across_ && k-- > 0;) {
      for (std::int64_t j = k + 1; j < n; ++j) {
        c[static_cast<std::size_t>(k)] -= r_(k, j) * c[static_cast<std::size_t>(j)];
      }
      c[static_cast<std::size_t>(k)] /= r_(k, k);
    }
    return across_ ? x : c;
  }

 private:
  /// What v has of q, which it loses.
  long double take_away(const long double* q, long double* v) const {
    long double share = 0;
    for (std::int64_t i = 0; i < q_.columns; ++i) {
      share += q[i] * v[i];
    }
    for (std::int64_t i = 0; i < q_.columns; ++i) {
      v[i] -= share * q[i];
    }
    return share;
  }

  bool across_;
  wide q_;  ///< its rows are columns of A, or the rows, made orthonormal
  wide r_;
};

inline std::vector<long double> solved(const matrix& a, const std::vector<double>& b) {
  return exact_solver(converted<long double>(a)).solve({b.begin(), b.end()});
}

inline wide pseudo_inverse(const wide& a) {
  const exact_solver by(a);
  wide result(a.columns, a.rows);
  for (std::int64_t j = 0; j < a.rows; ++j) {
    std::vector<long double> unit(static_cast<std::size_t>(a.rows));
    unit[static_cast<std::size_t>(j)] = 1;
    const auto column = by.solve(unit);
    for (std::int64_t i = 0; i < a.columns; ++i) {
      result(i, j) = column[static_cast<std::size_t>(i)];
    }
  }
  return result;
}

inline double norm_inf(const wide& a) {
  long double most = 0;
  for (std::int64_t i = 0; i < a.rows; ++i) {
    long double sum = 0;
    for (std::int64_t j = 0; j < a.columns; ++j) {
      sum += std::abs(a(i, j));
    }
    most = std::max(most, sum);
  }
  return static_cast<double>(most);
}

inline double condition_of(const wide& a) { return norm_inf(a) * norm_inf(pseudo_inverse(a)); }

}  // namespace gpucompute::tests
