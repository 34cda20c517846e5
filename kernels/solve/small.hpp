// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/calls.hpp"

namespace gpucompute::solving {

/// How solve_as_small would solve; none where the systems are not such.
std::optional<plan> plan_as_small(const solver& with, const solve_options& options, const coefficients& a,
                                  const right_hand_sides& sides);

/// Systems that the device solves without its library, all of a batch at once; false, with nothing written where
/// options.out says, where they are not such, or where all have one matrix and one does not come out well. One of several
/// matrices that does not is solved anew by the usual way, which knows how to go on.
bool solve_as_small(const char* function, solver& with, const solve_options& options, const coefficients& a,
                    const right_hand_sides& sides, target& to, solution& result);

}  // namespace gpucompute::solving
