// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/growth.hpp"

#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

namespace gpucompute::bench {
namespace {

constexpr std::array<double, 3> exponents = {0, 2, 3};
using vector3 = std::array<double, 3>;

/// Columns of the model over the times, orthonormalised (modified Gram-Schmidt, twice); R of the columns is kept.
struct orthogonal {
  std::vector<vector3> q;
  std::array<vector3, 3> r = {};
};

orthogonal orthogonalised(std::span<const timed_size> points, std::span<const int> powers) {
  orthogonal result{std::vector<vector3>(points.size()), {}};
  for (std::size_t c = 0; c < powers.size(); ++c) {
    const double exponent = exponents[static_cast<std::size_t>(powers[c])];
    for (std::size_t i = 0; i < points.size(); ++i) {
      result.q[i][c] = std::pow(points[i].n, exponent) / points[i].seconds;
    }
    for (int pass = 0; pass < 2; ++pass) {
      for (std::size_t earlier = 0; earlier < c; ++earlier) {
        double product = 0;
        for (const vector3& row : result.q) product += row[earlier] * row[c];
        for (vector3& row : result.q) row[c] -= product * row[earlier];
        result.r[earlier][c] += product;
      }
    }
    double square = 0;
    for (const vector3& row : result.q) square += row[c] * row[c];
    result.r[c][c] = std::sqrt(square);
    if (square > 0) {
      for (vector3& row : result.q) row[c] /= result.r[c][c];
    }
  }
  return result;
}

/// Solves R x = y, or R^T x = y, for the leading `size` of an upper triangle.
vector3 substituted(const std::array<vector3, 3>& r, vector3 y, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t j = i + 1; j < size; ++j) y[i] -= r[i][j] * y[j];
    y[i] /= r[i][i];
  }
  return y;
}

}  // namespace

double student_t_95(int degrees_of_freedom) {
  if (degrees_of_freedom < 1) throw std::invalid_argument("student_t_95: at least one degree of freedom");
  constexpr double exact[] = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281};
  if (degrees_of_freedom <= 10) return exact[degrees_of_freedom - 1];
  // Cornish and Fisher's expansion around the normal distribution's 1.96.
  constexpr double z = 1.959964;
  const double freedom = degrees_of_freedom;
  return z + (z * z * z + z) / (4 * freedom) +
         (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * freedom * freedom);
}

cubic_growth::cubic_growth(std::span<const timed_size> points) {
  if (points.empty()) throw std::invalid_argument("cubic_growth: at least one point, got none");
  for (const timed_size& one : points) {
    if (!(one.n > 0) || !(one.seconds > 0)) throw std::invalid_argument("cubic_growth: sizes and times above 0");
  }
  sum_of_squares_ = std::numeric_limits<double>::infinity();
  // The best of all sets of coefficients whose own least squares are not negative is the constrained optimum.
  constexpr int cubic[] = {2}, with_constant[] = {0, 2}, with_square[] = {1, 2}, all[] = {0, 1, 2};
  for (const std::span<const int> powers : {std::span<const int>(cubic), std::span<const int>(with_constant),
                                            std::span<const int>(with_square), std::span<const int>(all)}) {
    if (powers.size() == 1 || powers.size() < points.size()) fit(points, powers);
  }
}

/// Takes over the fit with these powers alone when it is allowed and better.
void cubic_growth::fit(std::span<const timed_size> points, std::span<const int> powers) {
  const std::size_t size = powers.size();
  const orthogonal columns = orthogonalised(points, powers);
  vector3 right = {};
  for (const vector3& row : columns.q) {
    for (std::size_t c = 0; c < size; ++c) right[c] += row[c];
  }
  for (std::size_t c = 0; c < size; ++c) {
    // Sizes that are all the same tell no powers apart.
    if (columns.r[c][c] < 1e-12 * std::hypot(columns.r[0][c], columns.r[1][c], columns.r[2][c])) return;
  }
  double squares = 0;
  for (const vector3& row : columns.q) {
    double error = 1;
    for (std::size_t c = 0; c < size; ++c) error -= row[c] * right[c];
    squares += error * error;
  }
  const vector3 found = substituted(columns.r, right, size);
  for (std::size_t c = 0; c < size; ++c) {
    if (!(found[c] > 0)) return;
  }
  if (!(squares < sum_of_squares_)) return;
  sum_of_squares_ = squares;
  freedom_ = static_cast<int>(points.size()) - static_cast<int>(size);
  coefficients_ = {};
  covariance_ = {};
  std::array<vector3, 3> inverse = {};  // columns of R^-1
  for (std::size_t c = 0; c < size; ++c) {
    coefficients_[static_cast<std::size_t>(powers[c])] = found[c];
    vector3 unit = {};
    unit[c] = 1;
    inverse[c] = substituted(columns.r, unit, size);
  }
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j < size; ++j) {
      double sum = 0;
      for (std::size_t c = 0; c < size; ++c) sum += inverse[c][i] * inverse[c][j];
      covariance_[static_cast<std::size_t>(powers[i])][static_cast<std::size_t>(powers[j])] = sum;
    }
  }
}

cubic_growth::prediction cubic_growth::at(double n) const {
  vector3 terms = {};
  double seconds = 0, spread = 0;
  for (std::size_t c = 0; c < 3; ++c) {
    terms[c] = std::pow(n, exponents[c]);
    seconds += coefficients_[c] * terms[c];
  }
  if (freedom_ < 1) return {seconds, {}, {}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) spread += terms[i] * covariance_[i][j] * terms[j];
  }
  const double variance = sum_of_squares_ / freedom_;
  // A further time scatters by itself, and so does the curve.
  const double half = student_t_95(freedom_) * std::sqrt(variance * (1 + spread / (seconds * seconds)));
  return {seconds, seconds / (1 + half), seconds * (1 + half)};
}

}  // namespace gpucompute::bench
