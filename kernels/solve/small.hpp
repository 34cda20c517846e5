// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "kernels/solve/calls.hpp"

namespace gpucompute::solving {

/// Systems that the device solves without its library, all of a batch at once; none where they are not such. What does
/// not come out well there is solved anew by the usual way, which knows how to go on.
std::optional<solution> solve_as_small(const char* function, solver& with, const solve_options& options,
                                       const coefficients& a, const right_hand_sides& sides, target& to);

}  // namespace gpucompute::solving
