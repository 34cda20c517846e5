// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "kernels/solve/prepared.hpp"

namespace gpucompute::solving {

/// The infinity norm of op(A).
double norm_of(apply op, const facts& found);

/// op(A) as errors are measured from it: the A that was given; where it was given up, what its factors stand for.
struct measured_matrix {
  const prepared& a;
  const factors& by;
  apply op = apply::none;
  int threads = 1;

  /// y := op(A) x
  void multiply(const block& x, const block& y) const { multiply(op, x, y); }
  /// y := op(A)^H x
  void multiply_adjoint(const block& x, const block& y) const;
  /// to := op(A)
  void write(const block& to) const;

 private:
  void multiply(apply how, const block& x, const block& y) const;
};

/// One system's answers as least squares. errors: how far each is from solving its equations; what they are then is the smallest
/// of that and of the errors as a minimum of norm(residual), where the first is above `bar`. scales: norm(op(A)) norm(x) + norm(b).
void measure_as_minimum(const measured_matrix& a, const block& residual, std::span<const double> scales, double bar,
                        std::span<double> errors);

}  // namespace gpucompute::solving
