// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::lapack {

/// See solving::solver::multiply.
template <typename T>
void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
              double beta, const solving::block& c, int threads);

}  // namespace gpucompute::cpu::lapack
