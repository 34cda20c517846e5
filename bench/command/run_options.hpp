// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "bench/command/commands.hpp"
#include "bench/suites/suite.hpp"

namespace gpucompute::bench {

/// --n, --threads, --device, --filter, --target-ci, --max-time. @throw bad_input, device_unavailable
run_request parse_run_request(const parsed_command& line);

/// Exit 3 when a result did not verify, 5 or 70 when one ended with an exception.
exit_code verdict(std::span<const result_row> rows);

}  // namespace gpucompute::bench
