// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>

namespace gpucompute::cpu {

/// How many threads are worth their wake-up, from what this process did last. OpenMP's threads spin for some milliseconds
/// after their work and start at once; later they sleep and take long to wake. Times are nanoseconds on one clock. Any
/// number of threads may call; races cost a worse choice at most, and no choice changes a bit of a result.
class wake_model {
 public:
  /// A team that sleeps takes this long to wake; measured.
  static constexpr double wake_asleep = 55e3;
  /// Work below this stays in its thread without a look at the clock.
  static constexpr double least_shared = 5e3;

  /// Threads, 1 .. limit, for work of so many nanoseconds in one thread.
  int threads_for(double nanoseconds, int limit, double now);
  /// A team of so many was called at `begin`, its leader was at work for `busy` and then waited for the others for `wait`.
  void note(int threads, double begin, double busy, double wait);

 private:
  /// More is not saved up: a processor that is lost costs milliseconds each time.
  static constexpr double most_trust = 500e3;

  bool awake(double now) const;

  std::atomic<double> last_end_ = -1e18;
  std::atomic<int> last_threads_ = 1;
  std::atomic<double> trust_ = most_trust;  ///< what teams that were awake saved, less what they were waited for
  std::atomic<double> distrusted_until_ = -1e18;
  std::atomic<double> distrust_ = 1;  ///< how many times as long as the next such wait the team is left alone
  std::atomic<double> small_work_at_ = -1e18;
  std::atomic<double> credit_ = 0;              ///< what teams would have saved in a run of small works
  std::atomic<double> patience_ = wake_asleep;  ///< credit at which the team is woken
  std::atomic<double> saved_ = -1;              ///< by the team since it was woken for small work; negative: it was not
};

}  // namespace gpucompute::cpu
