// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

// Threads. All work of the process shares one budget: one launch at a time uses a team, and a call that finds the team
// busy, runs inside an OpenMP region or in a forked child runs in its own thread. Global OpenMP state is only read.

namespace gpucompute::cpu {

/// Most threads a launch may use: GPUCOMPUTE_NUM_THREADS, or what OpenMP would use (OMP_NUM_THREADS, the CPUs of this
/// process).
int thread_budget();

/// How many threads, at most `limit`, finish work of so many nanoseconds soonest, given what waking them takes.
int threads_worth(double nanoseconds, int limit);

namespace detail {
using part_function = void (*)(void* context, std::int64_t begin, std::int64_t end);
void run_parts(int threads, std::int64_t units, std::int64_t grain, part_function call, void* context);
}  // namespace detail

/// body(begin, end) over disjoint ranges that cover [0, units), cut at multiples of `grain`, by up to `threads` threads.
/// Returns when all is done. The first exception that a body throws is rethrown here.
template <typename Body>
void parallel_ranges(int threads, std::int64_t units, std::int64_t grain, Body&& body) {
  if (units <= 0) {
    return;
  }
  if (threads <= 1 || units <= grain) {
    body(std::int64_t{0}, units);
    return;
  }
  detail::run_parts(
      threads, units, grain,
      [](void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<std::remove_reference_t<Body>*>(context))(begin, end);
      },
      const_cast<void*>(static_cast<const void*>(&body)));
}

}  // namespace gpucompute::cpu
