// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <complex>
#include <cstdint>
#include <span>
#include <vector>

#include "tests/solve/api/systems.hpp"

// What is solved while things fail.

namespace gpucompute::tests {

/// Systems A x = b of one shape, one behind the other.
template <typename T>
struct systems {
  std::int64_t count, rows, columns, sides;
  std::vector<T> a, b;

  systems(std::int64_t of_rows, std::int64_t of_columns, std::int64_t of_sides = 1, std::int64_t how_many = 1)
      : count(how_many),
        rows(of_rows),
        columns(of_columns),
        sides(of_sides),
        a(random_numbers<T>(count * rows * columns, 11)),
        b(random_numbers<T>(count * rows * sides, 12)) {}

  T& at(std::int64_t i, std::int64_t j) { return a[static_cast<std::size_t>(i * columns + j)]; }
  dimensions shape(std::int64_t first, std::int64_t second) const {
    return count == 1 ? dimensions{first, second} : dimensions{count, first, second};
  }
};

using long_complex = std::complex<long double>;

/// A^H r, A by rows.
template <typename T>
std::vector<long_complex> gradient_of(const dense_matrix<T>& a, const std::vector<long_complex>& r) {
  std::vector<long_complex> result(static_cast<std::size_t>(a.columns));
  for (std::int64_t j = 0; j < a.columns; ++j) {
    for (std::int64_t i = 0; i < a.rows; ++i) {
      result[static_cast<std::size_t>(j)] += std::conj(long_complex(a(i, j))) * r[static_cast<std::size_t>(i)];
    }
  }
  return result;
}

inline long double largest_of(const std::vector<long_complex>& values) {
  long double most = 0;
  for (const long_complex value : values) {
    most = std::max(most, std::abs(value));
  }
  return most;
}

/// A d for the d that brings A d nearest to r, by the normal equations and Gauss: for A of full rank.
template <typename T>
std::vector<long_complex> reached(const dense_matrix<T>& a, const std::vector<long_complex>& r) {
  const auto n = static_cast<std::size_t>(a.columns);
  std::vector<std::vector<long_complex>> rows;
  std::vector<long_complex> d = gradient_of(a, r);
  for (std::size_t j = 0; j < n; ++j) {
    std::vector<long_complex> column;
    for (std::int64_t i = 0; i < a.rows; ++i) {
      column.emplace_back(a(i, static_cast<std::int64_t>(j)));
    }
    rows.push_back(gradient_of(a, column));  // A^H A is its own adjoint: column j is the conjugate of row j
    for (long_complex& value : rows.back()) {
      value = std::conj(value);
    }
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      const long_complex factor = i == k ? 0 : rows[i][k] / rows[k][k];
      for (std::size_t j = k; j < n; ++j) {
        rows[i][j] -= factor * rows[k][j];
      }
      d[i] -= factor * d[k];
    }
  }
  std::vector<long_complex> result(static_cast<std::size_t>(a.rows));
  for (std::int64_t i = 0; i < a.rows; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      result[static_cast<std::size_t>(i)] += long_complex(a(i, static_cast<std::int64_t>(j))) * d[j] / rows[j][j];
    }
  }
  return result;
}

/// The backward error; of least squares the smallest of that, of how far the gradient of the sum of squares is from zero, and
/// of how far b or A must be moved for it to be zero.
template <typename T>
double error_of(const dense_matrix<T>& a, operation op, std::span<const T> x, std::span<const T> b,
                bool least_squares) {
  const double error = backward_error<T>(a, op, x, b);
  if (!least_squares || error == 0) {
    return error;
  }
  const auto ax = product(a, op, x);
  std::vector<long_complex> r;
  for (std::size_t i = 0; i < ax.size(); ++i) {
    r.push_back(long_complex(b[i]) - long_complex(ax[i]));
  }
  long double norm = 0;
  for (std::int64_t j = 0; j < a.columns; ++j) {
    long double sum = 0;
    for (std::int64_t i = 0; i < a.rows; ++i) {
      sum += std::abs(long_complex(a(i, j)));
    }
    norm = std::max(norm, sum);
  }
  const auto slope = [&](const std::vector<long_complex>& rest) {
    return largest_of(gradient_of(a, rest)) / (norm * largest_of(rest));
  };
  const long double scale = largest_of(r) / static_cast<long double>(error);
  const std::vector<long_complex> moved = reached(a, r);
  std::vector<long_complex> left = r;
  for (std::size_t i = 0; i < left.size(); ++i) {
    left[i] -= moved[i];
  }
  const auto after_moving = static_cast<double>(largest_of(moved) / scale + slope(left));
  const double smallest = std::min(error, static_cast<double>(slope(r)));
  return after_moving < smallest ? after_moving : smallest;  // of an A without full rank it is no number
}

template <typename T>
systems<T> symmetric(std::int64_t n, T diagonal) {
  systems<T> made(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      made.at(i, j) = conjugate(made.at(j, i));
    }
    made.at(i, i) = diagonal;
  }
  return made;
}

/// With zeros where `keeps` says no, and a large diagonal.
template <typename T, typename Keeps>
systems<T> sparse(std::int64_t n, Keeps keeps) {
  systems<T> made(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      made.at(i, j) = i == j ? T(4) : keeps(i, j) ? made.at(i, j) : T(0);
    }
  }
  return made;
}

inline systems<double> hilbert(std::int64_t n) {
  systems<double> made(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      made.at(i, j) = 1.0 / static_cast<double>(i + j + 1);
    }
  }
  return made;
}

/// Elimination of its transpose doubles the last column at every step.
inline systems<double> wilkinson(std::int64_t n) {
  systems<double> made(n, n);
  for (std::int64_t i = 0; i < n; ++i) {
    for (std::int64_t j = 0; j < n; ++j) {
      made.at(i, j) = j == i || i == n - 1 ? 1 : i < j ? -1 : 0;
    }
  }
  return made;
}

inline systems<double> of_low_rank(std::int64_t m, std::int64_t n) {
  systems<double> made(m, n);
  for (std::int64_t i = 0; i < m; ++i) {
    for (std::int64_t j = 3; j < n; ++j) {
      made.at(i, j) = made.at(i, j - 3) + made.at(i, j - 2);
    }
  }
  return made;
}

}  // namespace gpucompute::tests
