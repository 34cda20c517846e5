// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "kernels/solve/prepared.hpp"

namespace gpucompute::solving {

/// Factors of F, and what they do not tell of the op(F) whose condition is asked for.
struct conditioned {
  std::shared_ptr<const factors> made;
  gpucompute::method method = gpucompute::method::lu;
  dtype type = float64;  ///< of the factors
  apply op = apply::none;
  std::int64_t equations = 0, unknowns = 0;
  double norm = 0, norm_of_adjoint = 0;  ///< infinity norms of op(F) and its adjoint, as factored
  int threads = 1;
};
conditioned conditioned_by(const factored& by, const prepared& a, apply op);

/// An estimate of 1 / (norm(op(F)) norm(op(F)^+)) in infinity norms, from above. The factors are not singular.
double reciprocal_condition(solver& with, const conditioned& of);

/// Infinity norms of one right-hand side and its answer.
struct sizes_of_column {
  double x = 0, b = 0, residual = 0;
};
/// How many times the relative change of op(F) and b that of x can be, in infinity norms, by an estimate, where op(F) has this
/// condition (Higham, Accuracy and Stability of Numerical Algorithms, sections 7.1, 20.1 and 21.2). 0 where the rank is not
/// full: any change may raise it, and x with it without end.
double sensitivity(solver& with, const conditioned& of, double condition, std::span<const sizes_of_column> columns);

}  // namespace gpucompute::solving
