// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

// The passes over matrices of any layout and dtype; see solving::solver for what they do.

namespace gpucompute::cpu::naive {

solving::facts inspect(const solving::matrix_view& a, const solving::inspection& how);
void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to);
void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
              double beta, const solving::block& c);

}  // namespace gpucompute::cpu::naive
