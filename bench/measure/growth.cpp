// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/growth.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <vector>

namespace gpucompute::bench {
namespace {

constexpr std::array<double, 3> exponents = {0, 2, 3};
using vector3 = std::array<double, 3>;

/// Columns of the model over the times, times the weights, orthonormalised (modified Gram-Schmidt, twice).
struct orthogonal {
  std::vector<double> weights;
  std::vector<vector3> q;
  std::array<vector3, 3> r = {};
};

orthogonal orthogonalised(std::span<const timed_size> points, std::span<const int> powers) {
  orthogonal result{{}, std::vector<vector3>(points.size()), {}};
  const double largest = std::ranges::max_element(points, {}, &timed_size::n)->n;
  for (const timed_size& one : points) result.weights.push_back(one.n / largest);
  for (std::size_t c = 0; c < powers.size(); ++c) {
    const double exponent = exponents[static_cast<std::size_t>(powers[c])];
    for (std::size_t i = 0; i < points.size(); ++i) {
      result.q[i][c] = result.weights[i] * std::pow(points[i].n, exponent) / points[i].seconds;
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

/// Solves R x = y for the leading `size` of an upper triangle.
vector3 substituted(const std::array<vector3, 3>& r, vector3 y, std::size_t size) {
  for (std::size_t i = size; i-- > 0;) {
    for (std::size_t j = i + 1; j < size; ++j) y[i] -= r[i][j] * y[j];
    y[i] /= r[i][i];
  }
  return y;
}

/// The sum of weighted squares that is left, as a form in relative errors of equal variance: its mean is that variance
/// times the trace, and it has about trace^2 / trace_of_square degrees of freedom (Satterthwaite).
struct quadratic_form {
  double trace = 0, trace_of_square = 0;
};

quadratic_form residual_form(const orthogonal& columns, std::size_t size) {
  quadratic_form form;
  for (std::size_t i = 0; i < columns.q.size(); ++i) {
    for (std::size_t j = 0; j < columns.q.size(); ++j) {
      double left = i == j ? 1 : 0;
      for (std::size_t c = 0; c < size; ++c) left -= columns.q[i][c] * columns.q[j][c];
      const double weighted = left * columns.weights[i] * columns.weights[j];
      if (i == j) form.trace += weighted;
      form.trace_of_square += weighted * weighted;
    }
  }
  return form;
}

}  // namespace

double student_t_95(double degrees_of_freedom) {
  if (!(degrees_of_freedom >= 1)) throw std::invalid_argument("student_t_95: at least one degree of freedom");
  constexpr double exact[] = {12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281};
  constexpr double most = std::size(exact);
  if (degrees_of_freedom <= most) {
    const double below = std::min(std::floor(degrees_of_freedom), most - 1);
    const double share = (1 / below - 1 / degrees_of_freedom) / (1 / below - 1 / (below + 1));
    const auto i = static_cast<std::size_t>(below) - 1;
    return exact[i] + share * (exact[i + 1] - exact[i]);
  }
  // Cornish and Fisher's expansion around the normal distribution's 1.96.
  constexpr double z = 1.959964;
  return z + (z * z * z + z) / (4 * degrees_of_freedom) +
         (5 * z * z * z * z * z + 16 * z * z * z + 3 * z) / (96 * degrees_of_freedom * degrees_of_freedom);
}

cubic_growth::cubic_growth(std::span<const timed_size> points) {
  if (points.empty()) throw std::invalid_argument("cubic_growth: expected at least one point, got none");
  for (const timed_size& one : points) {
    if (!(one.n > 0) || !(one.seconds > 0))
      throw std::invalid_argument("cubic_growth: expected sizes and times above 0");
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
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t c = 0; c < size; ++c) right[c] += columns.q[i][c] * columns.weights[i];
  }
  for (std::size_t c = 0; c < size; ++c) {
    // Sizes that are all the same tell no powers apart.
    if (columns.r[c][c] < 1e-12 * std::hypot(columns.r[0][c], columns.r[1][c], columns.r[2][c])) return;
  }
  double squares = 0;
  for (std::size_t i = 0; i < points.size(); ++i) {
    double error = columns.weights[i];
    for (std::size_t c = 0; c < size; ++c) error -= columns.q[i][c] * right[c];
    squares += error * error;
  }
  const vector3 found = substituted(columns.r, right, size);
  for (std::size_t c = 0; c < size; ++c) {
    if (!(found[c] > 0)) return;
  }
  if (!(squares < sum_of_squares_)) return;
  sum_of_squares_ = squares;
  const quadratic_form left = residual_form(columns, size);
  freedom_ = points.size() > size ? std::max(1.0, left.trace * left.trace / left.trace_of_square) : 0;
  variance_ = points.size() > size ? squares / left.trace : 0;
  coefficients_ = {};
  covariance_ = {};
  for (std::size_t c = 0; c < size; ++c) coefficients_[static_cast<std::size_t>(powers[c])] = found[c];
  // A relative change d of t_i moves the coefficients by R^-1 q_i w_i d.
  for (std::size_t i = 0; i < points.size(); ++i) {
    const vector3 moved = substituted(columns.r, columns.q[i], size);
    const double square = columns.weights[i] * columns.weights[i];
    for (std::size_t j = 0; j < size; ++j) {
      for (std::size_t k = 0; k < size; ++k) {
        covariance_[static_cast<std::size_t>(powers[j])][static_cast<std::size_t>(powers[k])] +=
            square * moved[j] * moved[k];
      }
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
  if (freedom_ == 0) return {seconds, {}, {}};
  for (std::size_t i = 0; i < 3; ++i) {
    for (std::size_t j = 0; j < 3; ++j) spread += terms[i] * covariance_[i][j] * terms[j];
  }
  // A further time scatters by itself, and so does the curve.
  const double half = student_t_95(freedom_) * std::sqrt(variance_ * (1 + spread / (seconds * seconds)));
  return {seconds, seconds / (1 + half), seconds * (1 + half)};
}

}  // namespace gpucompute::bench
