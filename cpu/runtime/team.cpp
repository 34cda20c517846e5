// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/team.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <memory>
#include <new>
#include <omp.h>
#include <pthread.h>

#include "cpu/runtime/float_state.hpp"
#include "cpu/runtime/small_buffer.hpp"
#include "cpu/runtime/thread_exit.hpp"
#include "cpu/runtime/wake.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

// Pieces that take less are not worth taking over: their memory lies in the cache of the other thread.
constexpr double least_piece = 250e3;
// Every thread that ever led a team keeps that team's workers. Beyond so many, calls run in their own thread, so that a
// program with many calling threads does not gather a team for each.
constexpr int most_leaders = 8;

constinit std::atomic<bool> team_busy = false;
constinit std::atomic<int> leaders = 0;
constinit std::atomic<bool> forked = false;
constinit std::atomic<std::int64_t> shared_calls = 0;
constinit std::atomic<std::int64_t> shared_threads = 0;

// The workers do not come along, and OpenMP's runtime would wait for them.
[[maybe_unused]] const int registered = pthread_atfork(nullptr, nullptr, [] {
  forked.store(true, std::memory_order_relaxed);
  team_busy.store(false, std::memory_order_relaxed);
});

/// What a thread keeps of the teams that it led.
struct leadership {
  bool held = false;
  int members = 1;  ///< threads of its last team: OpenMP lets the rest go when a team is smaller than the one before

  /// Whether it may lead, without taking a leadership that may then not be used.
  bool possible() const { return held || leaders.load(std::memory_order_relaxed) < most_leaders; }
  bool take() {
    if (held) {
      return true;
    }
    held = leaders.fetch_add(1, std::memory_order_relaxed) < most_leaders;
    if (!held) {
      leaders.fetch_sub(1, std::memory_order_relaxed);
      return false;
    }
    at_thread_exit(
        [](void* object) {
          *static_cast<leadership*>(object) = {};
          leaders.fetch_sub(1, std::memory_order_relaxed);
        },
        this);
    return true;
  }
};

constinit thread_local leadership mine;

double clock_nanoseconds() {
  return std::chrono::duration<double, std::nano>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// Whether the process may start so many threads more.
bool can_start(int count) {
  const std::unique_ptr<pthread_t[]> threads(new (std::nothrow) pthread_t[static_cast<std::size_t>(count)]);
  if (threads == nullptr) {
    return false;
  }
  std::atomic<bool> go = false;
  const auto wait = [](void* flag) -> void* {
    static_cast<std::atomic<bool>*>(flag)->wait(false);
    return nullptr;
  };
  int started = 0;
  while (started < count && pthread_create(&threads[static_cast<std::size_t>(started)], nullptr, wait, &go) == 0) {
    ++started;
  }
  go.store(true);
  go.notify_all();
  for (int i = 0; i < started; ++i) {
    pthread_join(threads[static_cast<std::size_t>(i)], nullptr);
  }
  return started == count;
}

/// How many threads, at most `wanted`, this one can call together. OpenMP ends the process where a thread cannot be
/// started, so those that it would start are tried first; a refusal holds for a while, since trying costs more than a call.
int members_to_be_had(int wanted) {
  constexpr double refusal_holds = 100e6;
  constinit static std::atomic<double> refused_until = -1e18;
  if (wanted > mine.members) {
    const double now = clock_nanoseconds();
    if (now < refused_until.load(std::memory_order_relaxed)) {
      return mine.members;
    }
    if (!can_start(wanted - mine.members)) {
      refused_until.store(now + refusal_holds, std::memory_order_relaxed);
      return mine.members;
    }
  }
  return wanted;
}

/// The process's one team, for as long as this object lives and has more than one member.
class team_lease {
 public:
  explicit team_lease(int wanted) {
    if (forked.load(std::memory_order_relaxed) || omp_in_parallel() != 0 || !mine.possible() ||
        team_busy.exchange(true, std::memory_order_acquire)) {
      return;
    }
    members_ = members_to_be_had(wanted);
    if (members_ > 1 && mine.take()) {
      mine.members = members_;
    } else {
      members_ = 1;
      team_busy.store(false, std::memory_order_release);
    }
  }
  team_lease(const team_lease&) = delete;
  team_lease& operator=(const team_lease&) = delete;
  ~team_lease() {
    if (members_ > 1) {
      team_busy.store(false, std::memory_order_release);
    }
  }
  int members() const { return members_; }

 private:
  int members_ = 1;
};

constinit wake_model waking;

/// What the members of a team read: one line, since each line that the leader wrote takes a member a tenth of a microsecond.
struct alignas(64) region {
  detail::part_function call;
  void* context;
  std::int64_t units, grain;
  std::int64_t least, longer;  ///< grains in a piece; the first `longer` have one more
  std::int32_t pieces;         ///< of each member's share
  std::int32_t wanted;         ///< members
  std::atomic<bool> failed = false;

  std::int64_t cut(std::int64_t piece) const {
    return std::min((least * piece + std::min(piece, longer)) * grain, units);
  }
};

struct alignas(64) share {
  std::atomic<std::int64_t> next = 0;
};

/// Pieces that were not begun, a share a member. With one piece each there is nothing to take over: whoever sleeps is waited
/// for at the end in any case.
using shares = small_buffer<share, 1>;

/// What member `first` of the team does.
template <typename Run>
void work_through(const region& all, shares& open, int first, int members, Run run) {
  if (all.pieces == 1) {
    for (int owner = first; owner < all.wanted; owner += members) {
      run(owner);
    }
    return;
  }
  for (int k = 0; k < all.wanted; ++k) {
    const int owner = (first + k) % all.wanted;
    std::atomic<std::int64_t>& next = open[static_cast<std::size_t>(owner)].next;
    for (std::int64_t p = next.fetch_add(1, std::memory_order_relaxed); p < all.pieces;
         p = next.fetch_add(1, std::memory_order_relaxed)) {
      run(static_cast<std::int64_t>(owner) * all.pieces + p);
    }
  }
}

}  // namespace

int thread_budget() {
  return device_layer::made_once([] {
    const auto asked = device_layer::number_setting("GPUCOMPUTE_NUM_THREADS", 1, 4096);
    // More threads than processors wait for each other: OpenBLAS's then take a hundred times as long.
    const int by_openmp = std::clamp(omp_get_max_threads(), 1, std::max(1, omp_get_num_procs()));
    return new const int(asked ? static_cast<int>(*asked) : by_openmp);
  });
}

int threads_here() { return forked.load(std::memory_order_relaxed) || omp_in_parallel() != 0 ? 1 : thread_budget(); }

team_use used_teams() {
  return {shared_calls.load(std::memory_order_relaxed), shared_threads.load(std::memory_order_relaxed)};
}

sharing sharing_worth(double nanoseconds, int limit) {
  if (limit <= 1 || nanoseconds < wake_model::least_shared) {
    return 1;
  }
  const int threads = waking.threads_for(nanoseconds, limit, clock_nanoseconds());
  return {threads, static_cast<int>(std::clamp(nanoseconds / threads / least_piece, 1.0, 4.0))};
}

void detail::run_parts(sharing how, std::int64_t units, std::int64_t grain, part_function call, void* context) {
  const std::int64_t grains = (units - 1) / grain + 1;
  const team_lease lease(static_cast<int>(std::min<std::int64_t>(how.threads, grains)));
  const int wanted = lease.members();
  if (wanted == 1) {
    call(context, 0, units);
    return;
  }
  // Shares are contiguous and the same for every call of this size, so that a thread meets the memory it touched before.
  const std::int64_t pieces = std::clamp<std::int64_t>(grains / wanted, 1, how.pieces);
  region all{.call = call,
             .context = context,
             .units = units,
             .grain = grain,
             .least = grains / (pieces * wanted),
             .longer = grains % (pieces * wanted),
             .pieces = static_cast<std::int32_t>(pieces),
             .wanted = wanted};
  shares open(pieces > 1 ? static_cast<std::size_t>(wanted) : 1);
  std::exception_ptr failure;
  const double begin = clock_nanoseconds();
  double leader_done = begin;

#pragma omp parallel num_threads(wanted) default(none) \
    shared(all, open, failure, leader_done, shared_calls, shared_threads)
  {
    __builtin_prefetch(all.context);
    const float_state state;
    const int first = omp_get_thread_num();
    const int members = omp_get_num_threads();
    work_through(all, open, first, members, [&](std::int64_t piece) {
      const std::int64_t from = all.cut(piece);
      const std::int64_t to = all.cut(piece + 1);
      if (from == to || all.failed.load(std::memory_order_relaxed)) {
        return;
      }
      try {
        all.call(all.context, from, to);
      } catch (...) {
        if (!all.failed.exchange(true)) {
          failure = std::current_exception();
        }
      }
    });
    if (first == 0) {
      leader_done = clock_nanoseconds();
      shared_calls.fetch_add(members > 1 ? 1 : 0, std::memory_order_relaxed);
      shared_threads.fetch_add(members > 1 ? members : 0, std::memory_order_relaxed);
    }
  }
  waking.note(wanted, begin, leader_done - begin, clock_nanoseconds() - leader_done);
  if (failure) {
    std::rethrow_exception(failure);
  }
}

}  // namespace gpucompute::cpu
