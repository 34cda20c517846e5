// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/fork_gate.hpp"

#include <new>
#include <pthread.h>
#include <thread>

#include "kernels/array/memory.hpp"

namespace gpucompute::device_layer {
namespace {

// Constant initialised, for sections that static objects of a program enter.
constinit std::atomic<int> inside = 0;
constinit std::atomic<int> forking = 0;
constinit std::atomic<std::uint32_t> generation = 0;
constinit thread_local int depth = 0;
// How often the handlers below are registered and have been called by the fork under way: the first closes, the last opens.
constinit thread_local int closed = 0;

// A thread that forks inside a section of its own does not wait for itself.
int own() { return depth > 0 ? 1 : 0; }

void before_fork() {
  if (closed++ > 0) {
    return;
  }
  while (forking.exchange(1) != 0) {
    forking.wait(1);
  }
  for (int others = inside.load(); others > own(); others = inside.load()) {
    inside.wait(others);
  }
  // After the sections, which may allocate arrays.
  hold_pool();
}

void open_gate() {
  if (--closed > 0) {
    return;
  }
  release_pool();
  forking.store(0);
  forking.notify_all();
}

void in_child() {
  if (--closed > 0) {
    return;
  }
  release_pool();
  inside.store(own());
  generation.fetch_add(1, std::memory_order_relaxed);
  forking.store(0);
}

[[maybe_unused]] const int registered = pthread_atfork(before_fork, open_gate, in_child);

void leave() {
  inside.fetch_sub(1);
  if (forking.load() != 0) {
    inside.notify_all();
  }
}

}  // namespace

void gate_before_other_handlers() {
  if (pthread_atfork(before_fork, open_gate, in_child) != 0) {
    throw std::bad_alloc();
  }
}

gated_section::gated_section() {
  if (depth++ > 0) {
    return;
  }
  // Enter, then look: fork() closes the gate, then looks.
  inside.fetch_add(1);
  while (forking.load() != 0) {
    leave();
    forking.wait(1);
    inside.fetch_add(1);
  }
}

gated_section::~gated_section() {
  if (--depth == 0) {
    leave();
  }
}

std::uint64_t fork_aware_mutex::as_seen_now(std::uint64_t state) {
  const std::uint64_t current = generation.load(std::memory_order_relaxed);
  return state >> 32U == current ? state : current << 32U;
}

void fork_aware_mutex::enter(std::uint64_t more) {
  std::uint64_t known = state_.load(std::memory_order_relaxed);
  for (;;) {
    const std::uint64_t seen = as_seen_now(known);
    if ((seen & writer) != 0) {
      std::this_thread::yield();
      known = state_.load(std::memory_order_relaxed);
    } else if (state_.compare_exchange_weak(known, seen + more, std::memory_order_acquire, std::memory_order_relaxed)) {
      return;
    }
  }
}

void fork_aware_mutex::lock_shared() { enter(1); }

void fork_aware_mutex::unlock_shared() { state_.fetch_sub(1, std::memory_order_release); }

void fork_aware_mutex::lock() {
  enter(writer);
  while ((state_.load(std::memory_order_acquire) & (writer - 1)) != 0) {
    std::this_thread::yield();
  }
}

void fork_aware_mutex::unlock() { state_.fetch_and(~writer, std::memory_order_release); }

}  // namespace gpucompute::device_layer
