// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <type_traits>

// Threads. All work of the process shares one budget: one launch at a time uses a team, and a call that finds the team
// busy, runs inside an OpenMP region or in a forked child runs in its own thread. Global OpenMP state is only read.

namespace gpucompute::cpu {

/// Most threads a launch may use: GPUCOMPUTE_NUM_THREADS, or what OpenMP would use (OMP_NUM_THREADS), at most the
/// processors that this process may run on.
int thread_budget();

/// Most threads that work begun here may use: the budget, or 1 inside an OpenMP region and in a forked child.
int threads_here();

/// What teams have done since the process began; for tests, which must know that threads took part.
struct team_use {
  std::int64_t calls = 0;    ///< parallel_ranges that more than one thread worked on
  std::int64_t threads = 0;  ///< of all these calls together
};
team_use used_teams();

/// How one launch is shared out.
struct sharing {
  // NOLINTNEXTLINE(google-explicit-constructor): a number of threads alone
  sharing(int of_threads, int in_pieces = 4) : threads(of_threads), pieces(in_pieces) {}
  int threads;
  int pieces;  ///< of each thread's share: threads that are done early take over what others have not begun
};

/// What finishes work of so many nanoseconds (in one thread) soonest with at most `limit` threads, given what waking them
/// takes now: see wake_model.
sharing sharing_worth(double nanoseconds, int limit);

namespace detail {
using part_function = void (*)(void* context, std::int64_t begin, std::int64_t end);
void run_parts(sharing how, std::int64_t units, std::int64_t grain, part_function call, void* context);
}  // namespace detail

/// body(begin, end) over disjoint ranges that cover [0, units), cut at multiples of `grain`, by up to `how.threads`
/// threads.
/// Returns when all is done. The first exception that a body throws is rethrown here.
template <typename Body>
void parallel_ranges(sharing how, std::int64_t units, std::int64_t grain, Body&& body) {
  if (units <= 0) {
    return;
  }
  if (how.threads <= 1 || units <= grain) {
    body(std::int64_t{0}, units);
    return;
  }
  detail::run_parts(
      how, units, grain,
      [](void* context, std::int64_t begin, std::int64_t end) {
        (*static_cast<std::remove_reference_t<Body>*>(context))(begin, end);
      },
      const_cast<void*>(static_cast<const void*>(&body)));
}

}  // namespace gpucompute::cpu
