// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/threads.hpp"

#include <algorithm>
#include <atomic>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/lapack/library.hpp"

namespace gpucompute::cpu::lapack {
namespace {

using getter = int();
using setter = void(int);

class no_threads final : public thread_control {
 public:
  int enter(int) override { return 1; }
  void leave(int, int) override {}
};

/// The number is one for the whole process: callers that overlap get one thread each, the last one among them what it wanted.
/// So it changes while others compute, which OpenBLAS allows: each of its routines reads it once, when it begins, and keeps
/// what it read; setting it to no more than the workers that there are stores it and does nothing else (0.3.21 and 0.3.31).
/// More workers are made under its lock, and counted when they are ready. One that finds no worker free waits for it, and a
/// worker is free when its part is done, whatever the number is by then.
class process_wide final : public thread_control {
 public:
  process_wide(getter* get, setter* set) : get_(get), set_(set) {}

  int enter(int wanted) override {
    const std::lock_guard lock(mutex_);
    if (inside_++ == 0) {
      users_ = std::max(1, get_());
    }
    wanted_by_all_ += wanted;
    apply();
    return users_;
  }
  void leave(int wanted, int) override {
    const std::lock_guard lock(mutex_);
    --inside_;
    wanted_by_all_ -= wanted;
    apply();
  }

 private:
  void apply() {
    const int threads = inside_ == 0 ? users_ : inside_ == 1 ? wanted_by_all_ : 1;
    if (threads != get_()) {
      set_(threads);
    }
  }

  getter* get_;
  setter* set_;
  std::mutex mutex_;  // taken in gated sections only
  int inside_ = 0, wanted_by_all_ = 0, users_ = 1;
};

/// Each thread has a number of its own.
class thread_wide final : public thread_control {
 public:
  thread_wide(getter* get, setter* set) : get_(get), set_(set) {}

  int enter(int wanted) override {
    const bool alone = inside_.fetch_add(1) == 0;
    const int before = std::max(1, get_());
    change(before, alone ? wanted : 1);
    return before;
  }
  void leave(int, int before) override {
    change(get_(), before);
    inside_.fetch_sub(1);
  }

 private:
  void change(int from, int to) {
    if (from != to) {
      set_(to);
    }
  }

  getter* get_;
  setter* set_;
  std::atomic<int> inside_ = 0;
};

/// MKL's setter returns what was set; 0 follows the process.
class mkl_threads final : public thread_control {
 public:
  explicit mkl_threads(int (*exchange)(int)) : exchange_(exchange) {}
  int enter(int wanted) override {
    const bool alone = inside_.fetch_add(1) == 0;
    return exchange_(alone ? wanted : 1);
  }
  void leave(int, int before) override {
    exchange_(before);
    inside_.fetch_sub(1);
  }

 private:
  int (*exchange_)(int);
  std::atomic<int> inside_ = 0;
};

/// Whatever is wanted.
class one_thread final : public thread_control {
 public:
  explicit one_thread(std::unique_ptr<thread_control> control) : control_(std::move(control)) {}
  int enter(int) override { return control_->enter(1); }
  void leave(int, int before) override { control_->leave(1, before); }

 private:
  std::unique_ptr<thread_control> control_;
};

/// BLIS's threads wait for each other in loops that never yield: where others use the processors too, LU of order 300 on two
/// threads took more than half a minute. So it gets one. It says -1 where nothing was set, which means 1, and hangs when
/// that is set. Up to 0.9 it has one number for the process, later one a thread. Loops that the user gave threads one by one
/// (BLIS_JC_NT and so on) keep them.
std::unique_ptr<thread_control> control_of_blis(getter* get, setter* set) {
  const int before = std::max(1, get());
  set(before + 1);
  int seen = 0;
  std::thread([&] { seen = get(); }).join();
  set(before);
  if (seen == before + 1) {
    return std::make_unique<one_thread>(std::make_unique<process_wide>(get, set));
  }
  return std::make_unique<one_thread>(std::make_unique<thread_wide>(get, set));
}

}  // namespace

std::unique_ptr<thread_control> make_thread_control(const device_layer::shared_library& file, const spelling& names) {
  if (auto* const exchange = own_function<int(int)>(file, names, "MKL_Set_Num_Threads_Local")) {
    return std::make_unique<mkl_threads>(exchange);
  }
  if (auto* const parallel = own_function<getter>(file, names, "openblas_get_parallel")) {
    constexpr int posix_threads = 1, openmp = 2;
    auto* const get = own_function<getter>(file, names, "openblas_get_num_threads");
    auto* const set = own_function<setter>(file, names, "openblas_set_num_threads");
    if (parallel() == posix_threads && get != nullptr && set != nullptr) {
      return std::make_unique<process_wide>(get, set);
    }
    // It asks OpenMP for the calling thread's number. The library's own OpenMP, which need not be ours.
    auto* const get_openmp = own_function<getter>(file, names, "omp_get_max_threads");
    auto* const set_openmp = own_function<setter>(file, names, "omp_set_num_threads");
    if (parallel() == openmp && get_openmp != nullptr && set_openmp != nullptr) {
      return std::make_unique<thread_wide>(get_openmp, set_openmp);
    }
    return std::make_unique<no_threads>();
  }
  auto* const get = own_function<getter>(file, names, "bli_thread_get_num_threads");
  auto* const set = own_function<setter>(file, names, "bli_thread_set_num_threads");
  if (get != nullptr && set != nullptr) {
    return control_of_blis(get, set);
  }
  return std::make_unique<no_threads>();
}

blas_threads::admission::admission(memory_room& entered, int wanted) : room(entered), threads(room.enter(wanted)) {}
blas_threads::admission::~admission() { room.leave(); }

blas_threads::setting::setting(thread_control& changed, int wanted_threads)
    : control(changed), wanted(wanted_threads), before(control.enter(wanted)) {}
blas_threads::setting::~setting() { control.leave(wanted, before); }

blas_threads::blas_threads(const library& used, int wanted)
    : admitted_(used.room(), std::clamp(wanted, 1, threads_here())), set_(used.threads(), admitted_.threads) {
  used.room().make_threads(used, admitted_.threads);
}

}  // namespace gpucompute::cpu::lapack
