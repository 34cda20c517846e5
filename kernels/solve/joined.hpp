// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::solving {

/// Small systems that have one matrix, solved as fewer ones of more right-hand sides.
class joined_systems {
 public:
  explicit joined_systems(const small_systems& all) : all_(all) {}

  /// Whether that takes fewer factorizations.
  bool is_less() const;
  std::int64_t count() const;
  /// As solver::solve_small; outcomes: count() of them, errors: those of the systems as they were.
  int solve(solver& with, small_outcome* outcomes, double* errors) const;

 private:
  /// Column `column` of the systems from `first` on.
  small_systems part(std::int64_t column, std::int64_t first, std::int64_t systems, std::int64_t sides) const;

  const small_systems& all_;
};

}  // namespace gpucompute::solving
