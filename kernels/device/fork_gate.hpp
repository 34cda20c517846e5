// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <cstdint>
#include <type_traits>

// What makes a child of fork() able to go on. Only the forking thread lives in the child: a lock that another thread held
// stays held, and what it was changing stays half changed. fork() therefore waits until no thread is inside a gated
// section, at most for the compiles and the calls of BLAS and LAPACK that are under way. Locks that are taken at every call are not gated but know their fork.

namespace gpucompute::device_layer {

/// The calling thread is inside a gated section for as long as this lives; sections of one thread may nest.
class gated_section {
 public:
  gated_section();
  gated_section(const gated_section&) = delete;
  gated_section& operator=(const gated_section&) = delete;
  ~gated_section();
};

/// For a library that was opened at run time and has handlers of fork() of its own: from now on a fork closes the gate
/// before it calls them, and opens it after.
void gate_before_other_handlers();

/// The one object that `make` returns by pointer, made by the first call and never destroyed: programs may evaluate while
/// their static objects go. A fork waits while it is made, or the child would wait for it for ever. What `make` throws
/// reaches the caller, and the next call tries again. One object for each type `Make`, so for each lambda.
template <typename Make>
auto& made_once(Make make) {
  using object = std::remove_pointer_t<decltype(make())>;
  constinit static std::atomic<object*> known = nullptr;
  if (object* const made = known.load(std::memory_order_acquire)) {
    return *made;
  }
  const gated_section section;
  static object& only = *make();
  known.store(&only, std::memory_order_release);
  return only;
}

/// A lock for short looks at a table: any number of readers or one writer, who is inside a gated section. A reader that
/// did not come along into a forked child does not block it. Meets std::shared_lock and std::unique_lock.
class fork_aware_mutex {
 public:
  void lock_shared();
  void unlock_shared();
  void lock();
  void unlock();

 private:
  static constexpr std::uint64_t writer = std::uint64_t{1} << 31U;
  /// Adds to the state once no writer is in it.
  void enter(std::uint64_t more);
  /// A state last touched before a fork is a free one.
  static std::uint64_t as_seen_now(std::uint64_t state);

  std::atomic<std::uint64_t> state_ = 0;  ///< generation in the upper half, then the writer's bit and the readers
};

}  // namespace gpucompute::device_layer
