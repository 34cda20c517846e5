// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/keeper.hpp"

namespace gpucompute::solving {

/// Gathers what the systems of one call gave into one solution.
class gathering {
 public:
  gathering(solver& with, const solve_options& options, const planned_for& size, const right_hand_sides& sides);

  /// What was prepared in this call took so long.
  void add(const timings& spent) { keeper_->call().seconds += spent; }
  /// See answer_system.
  void solve(const char* function, const prepared& a, const right_hand_sides& sides, const matrix_view& b,
             const matrix_view& x, std::int64_t index);

  solution take(target to);

 private:
  const solve_options& options_;
  std::shared_ptr<factors_keeper> keeper_;
  solve_report report_;
};

/// Solves one system by what was prepared for it and writes its x.
/// @throw singular_matrix, non_finite, out_of_memory, runtime_failure
answer answer_system(const char* function, const prepared& a, const solve_options& options,
                     const right_hand_sides& sides, const matrix_view& b, const matrix_view& x, std::int64_t index);

/// The view, some bytes further on.
matrix_view moved(matrix_view view, std::int64_t bytes);

/// Options of factorize() and of what is built on it: factors that many solves share are made in full precision unless
/// the caller asks for less.
solve_options as_factorized(solve_options options);

/// (unknowns, count) of one system in an array of the shape of x.
matrix_view view_of_x(const mutable_view& x, const right_hand_sides& sides);

/// F of one system of a batch, given up or not.
coefficients at_offset(const coefficients& a, std::int64_t offset);

}  // namespace gpucompute::solving
