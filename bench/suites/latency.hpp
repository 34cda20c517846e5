// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "bench/suites/suite.hpp"

namespace gpucompute::bench {

/// E11, `+`.join('(a+%d)*%d') with 50 terms, through evaluate(): E11a with a new text in every call (parse, plan,
/// compile or interpret, first result), E11b with the same text again. n is that of the request, or 10.
void run_latency(const run_request& request, const progress& report, std::vector<result_row>& rows);

}  // namespace gpucompute::bench
