// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "kernels/lower/launch.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::evaluation {

inline bool contracts(const lower::launch& which) { return which.kernel->schedule == lower::schedule::contract; }

/// Runs a contraction; pointers as device_layer::backend::run takes them. threads: the most to use, 0 for the budget.
void contract(solving::solver& by, const lower::launch& which, std::span<void* const> pointers, int threads);

/// "gemm 512 x 512 x 256 of float64" (rows, columns, summed) and how many of them.
std::string contraction_text(const lower::launch& which);

}  // namespace gpucompute::evaluation
