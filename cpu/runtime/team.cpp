// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/team.hpp"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <exception>
#include <memory>
#include <omp.h>
#include <pthread.h>

namespace gpucompute::cpu {
namespace {

// A passive team takes this long to wake; measured.
constexpr double wake_nanoseconds = 55e3;
// Each thread's share is cut into this many pieces, which threads that are done early take over.
constexpr std::int64_t pieces_per_thread = 4;
// Every thread that ever led a team keeps that team's workers. Beyond so many, calls run in their own thread, so that a
// program with many calling threads does not gather a team for each.
constexpr int most_leaders = 8;

std::atomic<bool> team_busy = false;
std::atomic<int> leaders = 0;
std::atomic<bool> forked = false;

struct leadership {
  bool held = false;
  ~leadership() {
    if (held) {
      leaders.fetch_sub(1, std::memory_order_relaxed);
    }
  }
  bool take() {
    if (!held) {
      held = leaders.fetch_add(1, std::memory_order_relaxed) < most_leaders;
      if (!held) {
        leaders.fetch_sub(1, std::memory_order_relaxed);
      }
    }
    return held;
  }
};

/// The team, for as long as this object lives and `granted`.
class team_lease {
 public:
  team_lease() {
    thread_local leadership mine;
    static const int handlers = pthread_atfork(nullptr, nullptr, [] {
      // The workers did not come along, and OpenMP's runtime would wait for them.
      forked.store(true, std::memory_order_relaxed);
      team_busy.store(false, std::memory_order_relaxed);
    });
    if (handlers != 0 || forked.load(std::memory_order_relaxed) || omp_in_parallel() != 0 || !mine.take()) {
      return;
    }
    granted_ = !team_busy.exchange(true, std::memory_order_acquire);
  }
  team_lease(const team_lease&) = delete;
  team_lease& operator=(const team_lease&) = delete;
  ~team_lease() {
    if (granted_) {
      team_busy.store(false, std::memory_order_release);
    }
  }
  bool granted() const { return granted_; }

 private:
  bool granted_ = false;
};

struct alignas(64) share {
  std::atomic<std::int64_t> next = 0;
};

}  // namespace

int thread_budget() {
  static const int budget = [] {
    const char* const text = std::getenv("GPUCOMPUTE_NUM_THREADS");
    const long asked = text != nullptr ? std::strtol(text, nullptr, 10) : 0;
    return static_cast<int>(asked > 0 ? std::min(asked, 4096L) : std::max(1, omp_get_max_threads()));
  }();
  return budget;
}

int threads_worth(double nanoseconds, int limit) {
  // t threads take nanoseconds/t + wake_nanoseconds: below two wakes nothing is gained.
  if (limit <= 1 || nanoseconds < 2 * wake_nanoseconds) {
    return 1;
  }
  return static_cast<int>(std::min<double>(limit, nanoseconds / wake_nanoseconds));
}

void detail::run_parts(int threads, std::int64_t units, std::int64_t grain, part_function call, void* context) {
  const team_lease lease;
  if (!lease.granted()) {
    call(context, 0, units);
    return;
  }
  // Shares are contiguous and the same for every call of this size, so that a thread meets the memory it touched before.
  const std::int64_t grains = (units - 1) / grain + 1;
  const auto wanted = static_cast<int>(std::min<std::int64_t>(threads, grains));
  const auto shares = std::make_unique<share[]>(static_cast<std::size_t>(wanted));
  const std::int64_t pieces = std::min(pieces_per_thread, std::max<std::int64_t>(grains / wanted, 1));
  const auto cut = [&](std::int64_t piece) {
    const std::int64_t all = pieces * wanted;
    // grains * piece could overflow
    const std::int64_t at = grains / all * piece + grains % all * piece / all;
    return std::min(at * grain, units);
  };
  std::atomic<bool> failed = false;
  std::exception_ptr failure;

#pragma omp parallel num_threads(wanted) default(shared)
  {
    const int first = omp_get_thread_num();
    for (int k = 0; k < wanted; ++k) {
      const int owner = (first + k) % wanted;
      std::atomic<std::int64_t>& next = shares[static_cast<std::size_t>(owner)].next;
      for (std::int64_t p = next.fetch_add(1, std::memory_order_relaxed);
           p < pieces && !failed.load(std::memory_order_relaxed); p = next.fetch_add(1, std::memory_order_relaxed)) {
        const std::int64_t piece = owner * pieces + p;
        if (cut(piece) == cut(piece + 1)) {
          continue;
        }
        try {
          call(context, cut(piece), cut(piece + 1));
        } catch (...) {
          if (!failed.exchange(true)) {
            failure = std::current_exception();
          }
        }
      }
    }
  }
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace gpucompute::cpu
