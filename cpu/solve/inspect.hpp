// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

// The vectorised passes over a matrix, for any layout and dtype; see solving::solver for what they do.

namespace gpucompute::cpu {

solving::facts inspect(const solving::matrix_view& a, const solving::inspection& how);

void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to, int threads);

}  // namespace gpucompute::cpu
