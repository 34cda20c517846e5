// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bench/measure/sampler.hpp"
#include "bench/report/result.hpp"
#include "bench/suites/suite.hpp"

namespace gpucompute::bench {

/// Tells of each row that has finished how many there are and about how long the others take.
class run_progress {
 public:
  /// `planned`: without times, in any order; `max_time`: seconds beyond which a call is extrapolated.
  run_progress(std::vector<result_row> planned, double max_time, clock_function now = steady_seconds);
  /// "12 of 39 solve/random n=1000 cpu 1 of 2 threads fused: 24.5 ms".
  std::string finished(const result_row& row);
  /// From the pace so far; none before the first row and after the last that is timed.
  std::optional<double> seconds_left() const;

 private:
  bool is_too_long(const result_row& planned) const;

  std::vector<result_row> planned_, measured_;
  double max_time_;
  clock_function now_;
  double begin_;
  std::size_t finished_ = 0, extrapolated_ = 0;
};

/// Of `run`, suites one after another: rows to the vector, each told on stderr, on a terminal with the time that is left.
using measuring = std::function<void(const run_request&, const progress&, std::vector<result_row>&)>;
void run_reported(const measuring& run, const run_request& request, std::vector<result_row>& rows);

}  // namespace gpucompute::bench
