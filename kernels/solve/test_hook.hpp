// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::solving {

/// For tests: called with each x before it is measured, so that what verification must catch can be put there. Null in
/// every program.
using x_hook = void (*)(solver& with, const block& x, double bar);
extern constinit x_hook before_measuring;

}  // namespace gpucompute::solving
