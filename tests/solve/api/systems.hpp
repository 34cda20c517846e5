// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdint>
#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

#include <gpucompute/gpucompute.hpp>

// Small systems for tests of the public interface, on every device that solves.

namespace gpucompute::tests {

inline const char* const solving_devices[] = {"reference", "cpu"};

template <typename T>
struct is_complex_number : std::false_type {};
template <typename T>
struct is_complex_number<std::complex<T>> : std::true_type {};

template <typename T>
T random_number(std::mt19937_64& draw) {
  std::uniform_real_distribution<double> uniform(-1, 1);
  if constexpr (is_complex_number<T>::value) {
    using real = typename T::value_type;
    const double re = uniform(draw);
    return T(static_cast<real>(re), static_cast<real>(uniform(draw)));
  } else {
    return static_cast<T>(uniform(draw));
  }
}

template <typename T>
std::vector<T> random_numbers(std::int64_t count, std::uint64_t seed) {
  std::mt19937_64 draw(seed);
  std::vector<T> values(static_cast<std::size_t>(count));
  std::ranges::generate(values, [&] { return random_number<T>(draw); });
  return values;
}

template <typename T>
T conjugate(T value) {
  if constexpr (is_complex_number<T>::value) {
    return std::conj(value);
  } else {
    return value;
  }
}

/// C-ordered (rows, columns).
template <typename T>
struct dense_matrix {
  std::int64_t rows, columns;
  std::vector<T> values;
  dense_matrix(std::int64_t m, std::int64_t n) : rows(m), columns(n), values(static_cast<std::size_t>(m * n)) {}
  dense_matrix(std::int64_t m, std::int64_t n, std::vector<T> all) : rows(m), columns(n), values(std::move(all)) {}
  T& operator()(std::int64_t i, std::int64_t j) { return values[static_cast<std::size_t>(i * columns + j)]; }
  const T& operator()(std::int64_t i, std::int64_t j) const {
    return values[static_cast<std::size_t>(i * columns + j)];
  }
  array_view view() const { return array_view(values.data(), {rows, columns}); }
};

template <typename T>
dense_matrix<T> random_matrix(std::int64_t m, std::int64_t n, std::uint64_t seed) {
  return {m, n, random_numbers<T>(m * n, seed)};
}

/// op(A) x in long double.
template <typename T>
std::vector<std::complex<long double>> product(const dense_matrix<T>& a, operation op, std::span<const T> x) {
  const std::int64_t rows = op == operation::none ? a.rows : a.columns;
  const std::int64_t columns = op == operation::none ? a.columns : a.rows;
  std::vector<std::complex<long double>> result(static_cast<std::size_t>(rows));
  for (std::int64_t i = 0; i < rows; ++i) {
    for (std::int64_t j = 0; j < columns; ++j) {
      T entry = op == operation::none ? a(i, j) : a(j, i);
      entry = op == operation::adjoint ? conjugate(entry) : entry;
      result[static_cast<std::size_t>(i)] +=
          std::complex<long double>(entry) * std::complex<long double>(x[static_cast<std::size_t>(j)]);
    }
  }
  return result;
}

/// The backward error of x in infinity norms, computed here and not by the library.
template <typename T>
double backward_error(const dense_matrix<T>& a, operation op, std::span<const T> x, std::span<const T> b) {
  const auto ax = product(a, op, x);
  long double rest = 0, norm_x = 0, norm_b = 0, norm_a = 0;
  for (std::size_t i = 0; i < b.size(); ++i) {
    rest = std::max(rest, std::abs(std::complex<long double>(b[i]) - ax[i]));
    norm_b = std::max(norm_b, std::abs(std::complex<long double>(b[i])));
    long double sum = 0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const auto row = static_cast<std::int64_t>(i), column = static_cast<std::int64_t>(j);
      sum += std::abs(std::complex<long double>(op == operation::none ? a(row, column) : a(column, row)));
    }
    norm_a = std::max(norm_a, sum);
  }
  for (const T& each : x) {
    norm_x = std::max(norm_x, std::abs(std::complex<long double>(each)));
  }
  return rest == 0 ? 0 : static_cast<double>(rest / (norm_a * norm_x + norm_b));
}

class OnEachDevice : public testing::TestWithParam<const char*> {
 protected:
  /// Options that name the device under test.
  solve_options on_device() const { return {.device = device(GetParam())}; }
};

/// The text of the invalid_argument that a call must throw.
template <typename Call>
std::string refusal(Call&& call) {
  try {
    call();
  } catch (const invalid_argument& mistake) {
    return mistake.what();
  }
  return "nothing was refused";
}

}  // namespace gpucompute::tests
