// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>

#include "bench/report/result.hpp"
#include "bench/report/table.hpp"

namespace gpucompute::bench {

/// Rows that have `solve`, for people.
text_table solve_table(std::span<const result_row> rows);

/// The time of a row: "1.234 ms", "~ 41.2 days" where it is extrapolated, "-" where there is none.
std::string shown_time(const result_row& row);

/// "±0.5%": half the interval; "/1.4 x1.4" where an extrapolated one is wider than a quarter. "3 samples" where these were
/// too few for one, "none" where the sizes were that an extrapolation needs.
std::string shown_spread(const result_row& row);

/// "2", or "1 of 2" of a row that might have used more.
std::string shown_threads(const result_row& row);

/// What times and intervals of solves and the mark of extrapolation mean, a few lines; empty when no row has `solve`.
std::string about_solves(std::span<const result_row> rows);

/// What "1 of 2" threads means, where there are rows that might have used more than one.
std::string about_threads(std::span<const result_row> rows);

}  // namespace gpucompute::bench
