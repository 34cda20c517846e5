// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/solve.hpp>

#include "bench/command/options.hpp"

namespace gpucompute::bench {

/// --assume, --factor-precision, --condition (here `always` by default), --method, --device, --threads.
/// @throw bad_input, device_unavailable
solve_options parse_solve_options(const parsed_command& line);

/// A times ones, summed in long double and rounded to the type in which A is solved. A : (m, n) of any type; (m,).
/// @throw bad_input for another rank
array times_ones(const array_view& a);

/// The largest |x_i - 1|; NaN when one is.
double distance_from_ones(const array_view& x);

/// "LU with partial pivoting", ...
std::string_view words(method which);

}  // namespace gpucompute::bench
