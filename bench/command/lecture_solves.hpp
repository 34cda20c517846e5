// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <vector>

#include "bench/suites/suite.hpp"

namespace gpucompute::bench {

/// Times solves of order 10 to 1,000,000 as far as --max-time goes, on the most threads of the request.
void run_lecture_solves(run_request request, const progress& report, std::vector<result_row>& rows);

/// The lecture's table of solves, a line a size; with what it means. Empty when there is no such row.
std::string show_lecture_solves(std::span<const result_row> rows);

}  // namespace gpucompute::bench
