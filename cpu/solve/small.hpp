// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

// LU of small systems and of many of them, without a library; see solving::solver for what they do.

namespace gpucompute::cpu {

std::int64_t largest_small(dtype type);

solving::small_cost cost_of_small(dtype type, std::int64_t order, std::int64_t right_hand_sides);

int solve_small(const solving::small_systems& systems, solving::small_outcome* outcomes, double* errors);

}  // namespace gpucompute::cpu
