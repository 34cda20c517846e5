// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "bench/measure/statistics.hpp"

namespace gpucompute::bench {

/// Seconds since some moment, never going back.
using clock_function = std::function<double()>;
double steady_seconds();

/// The shortest time that two readings tell apart, or what a reading takes if that is longer.
double clock_resolution(const clock_function& now);

struct sampling_options {
  double target_ci = 0.01;  ///< wanted width of the 95 % interval of the median, relative to the median
  double max_time = 1;      ///< seconds for warm-up and samples together
  std::size_t max_samples = 10'000;
};

enum class stop_reason { target_ci, max_time, max_samples };
/// "target_ci", "max_time", "max_samples": as in result files.
std::string_view name(stop_reason reason);

/// Nothing is ever left out of the samples: what was measured after the warm-up is here.
struct measurement {
  std::vector<double> samples;  ///< seconds a call, each the mean of `batch` calls
  std::int64_t batch = 1;       ///< calls between two readings of the clock
  double resolution = 0;        ///< of the clock, in seconds
  median_interval estimate{};
  stop_reason reason = stop_reason::target_ci;
};

/// Warms up with at least two calls, then samples until the interval is narrow enough or the time is over. At least one
/// sample is taken however long a call is. Calls shorter than 50 times the clock's resolution are timed in batches.
/// @throw stopped_by_signal between calls
measurement measure(const std::function<void()>& call, const sampling_options& options,
                    const clock_function& now = steady_seconds);

}  // namespace gpucompute::bench
