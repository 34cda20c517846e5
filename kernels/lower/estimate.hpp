// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/evaluate.hpp>

#include "kernels/lower/launch.hpp"

namespace gpucompute::lower {

/// Bytes: each operand's distinct elements, once a launch. Flops: for each element one a primitive (none for a cast) and
/// its row's cost a library function, in a reduction those of the merge as well; a product in a
/// contraction and its addition are 2, of complex numbers 8.
cost_estimate estimate(const launch& which);
cost_estimate estimate(const plan& which);

}  // namespace gpucompute::lower
