// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lower/launch.hpp"

namespace gpucompute::lower {

/// Gives scratch buffers of the same size one place where no launch needs both: what a chain of statements takes does
/// not grow with its length. Launches run one after the other; a launch never writes where it reads.
void reuse_scratch(plan& made);

}  // namespace gpucompute::lower
