// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <span>

namespace gpucompute::bench {

/// One measured time of a solve of order n.
struct timed_size {
  double n;
  double seconds;
};

/// How the time of a solve grows: t(n) = c0 + c2 n^2 + c3 n^3, no coefficient negative, c3 positive. Least squares of the
/// relative errors (t(n_i) - t_i) / t_i times n_i: times of all sizes scatter by a share of themselves, and the nearer a
/// size lies to what is extrapolated, the more of caches, threads and blocks they have in common. There are fewer
/// coefficients than points, so that one degree of freedom is left to judge the fit by.
class cubic_growth {
 public:
  /// @throw std::invalid_argument for no point, or one that is not positive
  explicit cubic_growth(std::span<const timed_size> points);

  const std::array<double, 3>& coefficients() const noexcept { return coefficients_; }

  struct prediction {
    double seconds;
    /// Where a further time would lie with 95 % if the errors of the fit were chance: by Student's t from the residuals,
    /// which hold the scatter of the times and what the model lacks; t/(1 + h) to t (1 + h) for a relative half-width h.
    /// Nothing for one point.
    std::optional<double> low, high;
  };
  prediction at(double n) const;

 private:
  void fit(std::span<const timed_size> points, std::span<const int> powers);

  std::array<double, 3> coefficients_ = {};  ///< of n^0, n^2, n^3
  std::array<std::array<double, 3>, 3> covariance_ =
      {};                      ///< of the coefficients, over the variance of a relative error
  double sum_of_squares_ = 0;  ///< of the weighted relative errors
  double variance_ = 0;        ///< of a relative error
  double freedom_ = 0;         ///< of that variance; 0: it is not known
};

/// Student's t that |t| exceeds with 5 %; between whole degrees of freedom interpolated in their reciprocals.
/// @throw std::invalid_argument below 1
double student_t_95(double degrees_of_freedom);

}  // namespace gpucompute::bench
