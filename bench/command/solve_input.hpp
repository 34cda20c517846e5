// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/solve.hpp>

#include "bench/command/options.hpp"

namespace gpucompute::bench {

/// --assume, --operation, --factor-precision, --condition (here `always` by default), --method, --rank-tolerance, --device,
/// --threads.
/// @throw bad_input, device_unavailable
solve_options parse_solve_options(const parsed_command& line);

/// How many numbers an x of op(A) x = b has. a : (..., m, n)
std::int64_t unknowns_of(const array_view& a, operation op);

/// op(A) times ones, summed in long double and rounded to the type in which A is solved. A : (m, n) of any type; (m,) or (n,).
/// @throw bad_input for another rank
array times_ones(const array_view& a, operation op = operation::none);

/// The largest |x_i - 1|; NaN when one is.
double distance_from_ones(const array_view& x);

/// "LU with partial pivoting", ...
std::string_view words(method which);

}  // namespace gpucompute::bench
