// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/sampler.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "bench/process/signals.hpp"

namespace gpucompute::bench {
namespace {

constexpr double least_resolutions_a_sample = 50;
constexpr double warm_up_share = 0.1;  // of the time a case may take
constexpr double longest_warm_up = 0.1;
constexpr std::size_t fewest_samples = 6;  // fewer give no 95 % interval

/// Calls until caches, page tables and the clock frequency have settled; returns the shortest call in seconds.
double warm_up(const std::function<void()>& call, const sampling_options& options, const clock_function& now) {
  const double begin = now();
  const double enough = std::min(longest_warm_up, warm_up_share * options.max_time);
  double shortest = std::numeric_limits<double>::infinity();
  double before = begin;
  for (int calls = 0; calls < 2 || before - begin < enough; ++calls) {
    stop_if_signalled();
    call();
    const double after = now();
    shortest = std::min(shortest, after - before);
    before = after;
    if (after - begin >= options.max_time) break;
  }
  return shortest;
}

}  // namespace

double steady_seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double clock_resolution(const clock_function& now) {
  constexpr int readings = 200;
  double shortest = std::numeric_limits<double>::infinity();
  const double begin = now();
  double before = begin;
  for (int i = 0; i < readings; ++i) {
    const double after = now();
    if (after > before) shortest = std::min(shortest, after - before);
    before = after;
  }
  const double cost = (before - begin) / readings;
  return std::isfinite(shortest) ? std::max(shortest, cost) : cost;
}

std::string_view name(stop_reason reason) {
  switch (reason) {
    case stop_reason::target_ci:
      return "target_ci";
    case stop_reason::max_time:
      return "max_time";
    case stop_reason::max_samples:
      return "max_samples";
  }
  return "";
}

measurement measure(const std::function<void()>& call, const sampling_options& options, const clock_function& now) {
  measurement result;
  result.resolution = clock_resolution(now);
  const double begin = now();
  const double shortest = std::max(warm_up(call, options, now), result.resolution);
  const double wanted = least_resolutions_a_sample * result.resolution;
  result.batch = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil(wanted / shortest)));

  // Looking at the interval after every sample would stop at lucky ones: the looks get rarer as the samples grow.
  std::size_t next_look = fewest_samples;
  for (;;) {
    stop_if_signalled();
    const double before = now();
    for (std::int64_t i = 0; i < result.batch; ++i) call();
    const double after = now();
    result.samples.push_back((after - before) / static_cast<double>(result.batch));
    const bool out_of_time = after - begin >= options.max_time;
    const bool full = result.samples.size() >= options.max_samples;
    if (result.samples.size() < next_look && !out_of_time && !full) continue;
    next_look = result.samples.size() + std::max<std::size_t>(1, result.samples.size() / 4);
    result.estimate = estimate_median(result.samples);
    if (result.estimate.relative_width() <= options.target_ci) {
      result.reason = stop_reason::target_ci;
    } else if (out_of_time) {
      result.reason = stop_reason::max_time;
    } else if (full) {
      result.reason = stop_reason::max_samples;
    } else {
      continue;
    }
    return result;
  }
}

}  // namespace gpucompute::bench
