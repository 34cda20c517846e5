// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/room.hpp"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/single_threaded.h>
#include <thread>
#include <vector>

#include <gpucompute/error.hpp>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/free_memory.hpp"
#include "cpu/solve/lapack/library.hpp"
#include "cpu/solve/lapack/storage.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu::lapack {
namespace {

constexpr std::size_t mib = std::size_t{1} << 20U;
constexpr std::size_t for_buffer = 128 * mib;
constexpr std::size_t for_library = 64 * mib;  ///< its file and what it depends on
// LU of OpenBLAS grows the stack of the first thread by 3 MiB, products make lists of half of one.
constexpr std::size_t for_call = 8 * mib;

/// For what other threads take meanwhile: malloc reserves 64 MiB for each of them when it first asks, twice that for a moment.
std::size_t for_others() { return __libc_single_threaded != 0 ? 0 : 128 * mib; }

// Of the calling thread, as it was last admitted.
constinit thread_local bool is_limited = false;
constinit thread_local int calls_to_look = 0;
constinit thread_local int team = 1;  ///< threads of the library that have worked for it

bool has_limit(decltype(RLIMIT_AS) resource) {
  rlimit limit = {};
  return getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY;
}

bool look_for_limits() {
  is_limited = has_limit(RLIMIT_AS) || has_limit(RLIMIT_DATA);
  return is_limited;
}

bool can_map(std::size_t bytes) {
  void* const found = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (found == MAP_FAILED) {
    return false;
  }
  munmap(found, bytes);
  return true;
}

bool has_room(std::size_t bytes) {
  if (can_map(bytes)) {
    return true;
  }
  trim_host_memory();
  return can_map(bytes);
}

void require(std::size_t bytes, const std::string& purpose) {
  if (!has_room(bytes)) {
    throw out_of_memory(
        expectation("solve",
                    "limits of the process that leave " + std::to_string(bytes / mib) + " MiB of memory for " + purpose,
                    std::to_string(free_in_process() / mib) + " MiB left"),
        bytes);
  }
}

std::size_t stack_of_thread() {
  pthread_attr_t usual;
  std::size_t bytes = 0;
  if (pthread_attr_init(&usual) == 0) {
    pthread_attr_getstacksize(&usual, &bytes);
    pthread_attr_destroy(&usual);
  }
  return std::max(bytes, mib);
}

std::size_t stacks_of(std::size_t threads) { return (threads - std::min<std::size_t>(threads, 1)) * stack_of_thread(); }

/// A product so large that OpenBLAS gives each thread a part of it.
void multiply_on_all(const library& used, int threads) {
  const std::int64_t n = 80 * std::llround(std::ceil(std::cbrt(threads)));
  const memory_for<double> a(n, n), c(n, n);
  std::fill(a.data(), a.data() + n * n, 0.0);
  used.of<double>().gemm('N', 'N', n, n, n, 1, a.data(), n, a.data(), n, 0, c.data(), n);
}

}  // namespace

memory_room::memory_room(const device_layer::shared_library& file, const spelling& names)
    : default_threads_(own_function<counter>(file, names, "openblas_get_num_threads")),
      take_(own_function<taker>(file, names, "blas_memory_alloc")),
      give_back_(own_function<giver>(file, names, "blas_memory_free")) {}

void memory_room::require_to_open() {
  if (!look_for_limits()) {
    return;
  }
  std::size_t threads = std::max(1U, std::thread::hardware_concurrency());
  if (const char* const told = device_layer::setting("OPENBLAS_NUM_THREADS")) {
    const std::size_t number = std::strtoull(told, nullptr, 10);
    threads = number > 0 ? std::min(threads, number) : threads;
  }
  require(threads * for_buffer + stacks_of(threads) + for_library + for_others(),
          "a BLAS library and the buffers of its threads");
}

void memory_room::require_for_call(const std::string& routine) {
  if (is_limited) {
    require(for_call, routine + " to work in");
  }
}

void memory_room::fill(const library& used) {
  const device_layer::gated_section section;
  const std::lock_guard lock(mutex_);
  if (made_ > 0) {
    return;
  }
  const bool limited = look_for_limits();
  const int most = default_threads_ != nullptr ? std::max(1, default_threads_()) : 1;
  const int threads = std::min(most, threads_here());  // a forked child has but one, whatever the library believes
  admit(1, 0);                                         // beside what there was room for when it was opened
  if (limited && threads > 1) {
    require(stacks_of(static_cast<std::size_t>(threads)) + for_call, "the threads of a BLAS library");
    multiply_on_all(used, threads);
    team = threads;
  }
  made_ = threads;
}

int memory_room::enter(int wanted) {
  // To ask takes half a microsecond, and it is seldom that a process is limited while it runs.
  constexpr int calls_between = 16;
  if (--calls_to_look < 0) {
    calls_to_look = calls_between;
    look_for_limits();
  }
  const std::lock_guard lock(mutex_);
  if (callers_ + 1 > ready_callers_) {
    look_for_limits();
    admit(callers_ + 1, for_others());
  }
  if (is_limited) {
    // Beside others there is one thread to have, and none can be made.
    wanted = callers_ > 0 ? 1 : can_make(wanted) ? wanted : std::min(wanted, team);
  }
  ++callers_;
  return wanted;
}

void memory_room::leave() {
  const std::lock_guard lock(mutex_);
  --callers_;
}

bool memory_room::can_make(int threads) const {
  const auto more = static_cast<std::size_t>(std::max(0, threads - made_));
  return threads <= team || has_room(stacks_of(static_cast<std::size_t>(threads)) + more * for_buffer + for_call);
}

void memory_room::make_threads(const library& used, int threads) {
  if (!is_limited || threads <= team) {
    return;
  }
  multiply_on_all(used, threads);
  const std::lock_guard lock(mutex_);
  team = threads;
  made_ = std::max(made_, threads);
}

/// So many callers at once find buffers.
void memory_room::admit(std::size_t callers, std::size_t beside) {
  if (callers <= ready_callers_) {
    return;
  }
  if (is_limited) {
    require((callers - ready_callers_) * for_buffer + for_call + beside,
            "the buffers of " + std::to_string(callers) + " callers of a BLAS library");
  }
  if (take_ != nullptr && give_back_ != nullptr) {
    // What is free may be known already: it is held, so that the next one is another.
    std::vector<void*> held;
    while (buffers_.size() < callers) {
      void* const buffer = take_(0);
      if (buffer == nullptr) {
        break;
      }
      held.push_back(buffer);
      buffers_.insert(buffer);
    }
    std::ranges::for_each(held, give_back_);
  }
  ready_callers_ = callers;
}

}  // namespace gpucompute::cpu::lapack
