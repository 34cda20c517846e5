// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <gpucompute/solve.hpp>

#include "bench/report/result.hpp"

namespace gpucompute::bench {

/// What `gpubench solve` did, for the line on stderr and the file.
struct solved {
  array_view a, b;
  solve_options asked;
  solution found;
  double seconds;
  bool b_is_given;
  std::optional<double> forward_error;  ///< where b was made here, and x is the only one
};

/// One line: size, method, time, how good x is.
std::string report_line(const solved& one);

/// Why x is not one to rely on; empty when it is.
std::string warning(const solved& one);

/// For the result file.
result_row row_of(const solved& one);

}  // namespace gpucompute::bench
