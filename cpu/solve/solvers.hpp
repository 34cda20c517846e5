// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu {

/// LAPACK and BLAS from the library that GPUCOMPUTE_BLAS names, or the first one found. Made on first use, alive until the
/// process ends. @throw device_unavailable with what is missing, each time
solving::solver& lapack_solver();

/// The same operations as plain loops, of no library and one thread: what the other one is compared with.
solving::solver& naive_solver();

}  // namespace gpucompute::cpu
