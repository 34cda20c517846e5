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

/// The backward error; of least squares the smaller of that and how far the gradient of the sum of squares is from zero.
template <typename T>
double error_of(const dense_matrix<T>& a, operation op, std::span<const T> x, std::span<const T> b,
                bool least_squares) {
  const double error = backward_error<T>(a, op, x, b);
  if (!least_squares) {
    return error;
  }
  const auto ax = product(a, op, x);
  std::vector<std::complex<long double>> gradient(static_cast<std::size_t>(a.columns));
  long double largest = 0, rest = 0, norm = 0;
  for (std::int64_t j = 0; j < a.columns; ++j) {
    long double sum = 0;
    std::complex<long double> slope = 0;
    for (std::int64_t i = 0; i < a.rows; ++i) {
      const auto r = std::complex<long double>(b[static_cast<std::size_t>(i)]) - ax[static_cast<std::size_t>(i)];
      slope += std::conj(std::complex<long double>(a(i, j))) * r;
      sum += std::abs(std::complex<long double>(a(i, j)));
      rest = std::max(rest, std::abs(r));
    }
    largest = std::max(largest, std::abs(slope));
    norm = std::max(norm, sum);
  }
  return std::min(error, static_cast<double>(largest / (norm * rest)));
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
