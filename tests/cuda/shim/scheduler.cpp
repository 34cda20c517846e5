// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/shim/scheduler.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <numeric>
#include <random>
#include <stdexcept>
#include <sys/mman.h>
#include <ucontext.h>
#include <vector>

namespace gpucompute::shim {
namespace {

constexpr std::size_t stack_bytes = std::size_t{256} << 10U;
constexpr unsigned warp_size = 32;

enum class fiber_state : std::uint8_t { ready, at_warp, at_block, ended };

struct fiber {
  ucontext_t context = {};
  fiber_state state = fiber_state::ended;
  unsigned mask = 0;        ///< at_warp: the lanes to wait for
  unsigned operations = 0;  ///< warp-wide operations so far
  // Two slots in turn: a lane may reach its next operation before another has read from this one, but no further.
  std::array<unsigned long long, 2> slot = {};
};

class block_runner {
 public:
  block_runner(device_state& state, const grid& what, std::uint64_t seed)
      : state_(state), what_(what), random_(seed), fibers_(what.threads.x * what.threads.y * what.threads.z) {
    stacks_ = static_cast<std::byte*>(mmap(nullptr, fibers_.size() * stack_bytes, PROT_READ | PROT_WRITE,
                                           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0));
    if (stacks_ == MAP_FAILED) {
      throw std::bad_alloc();
    }
  }
  block_runner(const block_runner&) = delete;
  block_runner& operator=(const block_runner&) = delete;
  ~block_runner() { munmap(stacks_, fibers_.size() * stack_bytes); }

  void run_grid() {
    state_.block_extent = what_.threads;
    state_.grid_extent = what_.blocks;
    for (const unsigned number : shuffled(what_.blocks.x * what_.blocks.y * what_.blocks.z)) {
      state_.block = position(number, what_.blocks);
      run_block();
    }
  }

  void wait(fiber_state until) {
    fiber& self = fibers_[current_];
    self.state = until;
    swapcontext(&self.context, &scheduler_);
  }

  fiber& current() { return fibers_[current_]; }
  fiber& lane_of_current_warp(unsigned lane) { return fibers_[current_ / warp_size * warp_size + lane]; }
  void run_kernel() const { what_.kernel(what_.parameters); }

 private:
  static index3 position(unsigned number, const index3& extent) {
    return {number % extent.x, number / extent.x % extent.y, number / extent.x / extent.y};
  }

  std::vector<unsigned> shuffled(unsigned count, unsigned first = 0) {
    std::vector<unsigned> order(count);
    std::iota(order.begin(), order.end(), first);
    std::shuffle(order.begin(), order.end(), random_);
    return order;
  }

  void run_block();
  void run_warp(unsigned warp);
  bool release_lanes(unsigned first, unsigned end);
  void resume(unsigned number);

  device_state& state_;
  const grid& what_;
  std::mt19937_64 random_;
  std::vector<fiber> fibers_;
  std::byte* stacks_ = nullptr;
  ucontext_t scheduler_ = {};
  unsigned current_ = 0;
};

block_runner* running = nullptr;

void fiber_main() {
  running->run_kernel();
  running->wait(fiber_state::ended);
}

void block_runner::resume(unsigned number) {
  current_ = number;
  state_.thread = position(number, what_.threads);
  swapcontext(&scheduler_, &fibers_[number].context);
}

/// Lanes all of whose partners wait as well go on. True when there were any.
bool block_runner::release_lanes(unsigned first, unsigned end) {
  bool released = false;
  for (unsigned i = first; i < end; ++i) {
    if (fibers_[i].state != fiber_state::at_warp) {
      continue;
    }
    const unsigned mask = fibers_[i].mask;
    const auto waits = [&](unsigned lane) {
      return (mask >> lane & 1U) == 0 || (first + lane < end && fibers_[first + lane].mask == mask &&
                                          fibers_[first + lane].state == fiber_state::at_warp);
    };
    bool all = true;
    for (unsigned lane = 0; lane < warp_size; ++lane) {
      all = all && waits(lane);
    }
    for (unsigned lane = 0; all && lane < warp_size; ++lane) {
      if ((mask >> lane & 1U) != 0) {
        fibers_[first + lane].state = fiber_state::ready;
        released = true;
      }
    }
  }
  return released;
}

/// To the next block barrier, or to the end, of all its lanes.
void block_runner::run_warp(unsigned warp) {
  const unsigned first = warp * warp_size;
  const unsigned end = std::min(first + warp_size, static_cast<unsigned>(fibers_.size()));
  do {
    for (const unsigned number : shuffled(end - first, first)) {
      if (fibers_[number].state == fiber_state::ready) {
        resume(number);
      }
    }
  } while (release_lanes(first, end));
  for (unsigned i = first; i < end; ++i) {
    if (fibers_[i].state == fiber_state::at_warp) {
      throw std::runtime_error("shim: expected all lanes of a warp-wide operation's mask, got lane " +
                               std::to_string(i - first) + " waiting in vain");
    }
  }
}

void block_runner::run_block() {
  if (what_.poison != nullptr) {
    what_.poison();
  }
  for (std::size_t i = 0; i < fibers_.size(); ++i) {
    fiber& each = fibers_[i];
    each.state = fiber_state::ready;
    each.operations = 0;
    getcontext(&each.context);
    each.context.uc_stack.ss_sp = stacks_ + i * stack_bytes;
    each.context.uc_stack.ss_size = stack_bytes;
    each.context.uc_link = nullptr;
    makecontext(&each.context, fiber_main, 0);
  }
  const auto warps = static_cast<unsigned>((fibers_.size() + warp_size - 1) / warp_size);
  bool waiting = true;
  while (waiting) {
    for (const unsigned warp : shuffled(warps)) {
      run_warp(warp);
    }
    waiting = false;
    for (fiber& each : fibers_) {
      if (each.state == fiber_state::at_block) {
        each.state = fiber_state::ready;
        waiting = true;
      }
    }
  }
}

void wait_for_block() { running->wait(fiber_state::at_block); }

/// Returns the slot, of each of the lanes, that holds this operation's values.
std::size_t meet(unsigned mask, unsigned long long value) {
  fiber& self = running->current();
  const std::size_t slot = self.operations++ % 2;
  self.slot[slot] = value;
  self.mask = mask;
  running->wait(fiber_state::at_warp);
  return slot;
}

unsigned long long exchange(unsigned mask, unsigned long long value, unsigned source) {
  const std::size_t slot = meet(mask, value);
  return running->lane_of_current_warp(source).slot[slot];
}

unsigned vote(unsigned mask, bool flag) {
  const std::size_t slot = meet(mask, flag ? 1 : 0);
  unsigned lanes = 0;
  for (unsigned lane = 0; lane < warp_size; ++lane) {
    if ((mask >> lane & 1U) != 0 && running->lane_of_current_warp(lane).slot[slot] != 0) {
      lanes |= 1U << lane;
    }
  }
  return lanes;
}

}  // namespace

device_state make_state() {
  device_state state;
  state.wait_for_block = wait_for_block;
  state.exchange = exchange;
  state.vote = vote;
  return state;
}

void run(device_state& state, const grid& what, std::uint64_t seed) {
  block_runner runner(state, what, seed);
  running = &runner;
  runner.run_grid();
  running = nullptr;
}

}  // namespace gpucompute::shim
