// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/wake.hpp"

#include <algorithm>

namespace gpucompute::cpu {
namespace {

// A team that spins is there after this; measured, end of the region included.
constexpr double wake_awake = 2e3;
// libgomp's threads spin for so long or longer unless OMP_WAIT_POLICY says otherwise.
constexpr double spin_time = 3e6;
// On a machine that others use, a spinning thread may have lost its processor. A team that for this cost more than it
// saved is not woken for little for as long as it was waited for, twice as long the next time and so on, until it has saved
// enough; a virtual machine's host takes some tens of microseconds of one call in a thousand, and that is no reason.
constexpr double most_distrust = 32;

}  // namespace

bool wake_model::awake(double now) const {
  return now - last_end_.load(std::memory_order_relaxed) < spin_time &&
         now >= distrusted_until_.load(std::memory_order_relaxed);
}

int wake_model::threads_for(double nanoseconds, int limit, double now) {
  constexpr auto relaxed = std::memory_order_relaxed;
  if (limit <= 1 || nanoseconds < least_shared) {
    return 1;
  }
  // t threads take nanoseconds/t + wake_asleep: below two wakes nothing is gained.
  const int from_sleep =
      nanoseconds < 2 * wake_asleep ? 1 : static_cast<int>(std::min<double>(limit, nanoseconds / wake_asleep));
  const double gain = nanoseconds / 2;
  if (awake(now)) {
    if (saved_.load(relaxed) >= 0) {
      saved_.store(saved_.load(relaxed) + gain, relaxed);
    }
    // A team of another size would be made anew.
    return std::max(from_sleep, std::min(limit, last_threads_.load(relaxed)));
  }
  if (from_sleep > 1 || now < distrusted_until_.load(relaxed)) {
    return from_sleep;
  }
  // Small works in a row: once those without a team have lost what waking one costs, it is woken, which at worst doubles
  // that cost. If it then repaid itself, less is waited for the next time, else more.
  if (const double saved = saved_.exchange(-1, relaxed); saved >= 0) {
    const double patience = patience_.load(relaxed);
    patience_.store(saved >= wake_asleep ? patience / 4 : std::min(patience * 4, wake_asleep), relaxed);
  }
  const bool in_a_row = now - small_work_at_.exchange(now, relaxed) < spin_time;
  const double credit = (in_a_row ? credit_.load(relaxed) : 0) + gain;
  credit_.store(credit, relaxed);
  if (credit < patience_.load(relaxed)) {
    return 1;
  }
  credit_.store(0, relaxed);
  saved_.store(0, relaxed);
  return static_cast<int>(std::min<double>(limit, nanoseconds / (2 * wake_awake)));
}

void wake_model::note(int threads, double begin, double busy, double wait) {
  const double end = begin + busy + wait;
  if (awake(begin)) {
    // Alone, the leader would have worked for as long as all did.
    const double trust = trust_.load(std::memory_order_relaxed) + (threads - 1) * busy - wait;
    if (trust < 0) {
      const double distrust = distrust_.load(std::memory_order_relaxed);
      distrusted_until_.store(end + distrust * wait, std::memory_order_relaxed);
      distrust_.store(std::min(2 * distrust, most_distrust), std::memory_order_relaxed);
    } else if (trust > most_trust) {
      distrust_.store(1, std::memory_order_relaxed);
    }
    trust_.store(trust < 0 ? 0 : std::min(trust, most_trust), std::memory_order_relaxed);
  }
  last_threads_.store(threads, std::memory_order_relaxed);
  last_end_.store(end, std::memory_order_relaxed);
}

}  // namespace gpucompute::cpu
