// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "tests/cuda/shim/device_state.hpp"

namespace gpucompute::shim {

/// A grid to run: `kernel` is called once a CUDA thread. Each thread is a fiber of the calling host thread.
struct grid {
  kernel_function* kernel = nullptr;
  void** parameters = nullptr;
  index3 blocks{1, 1, 1};
  index3 threads{1, 1, 1};
  void (*poison)() = nullptr;  ///< called before each block: shared memory starts as garbage
};

/// Runs the blocks one after another in random order. Within a block each warp runs on alone to the next block barrier,
/// the warps in random order, so that whatever relies on a missing barrier goes wrong; within a warp the lanes run one
/// after another, in random order, to the next warp-wide operation. One grid at a time.
/// @throw std::runtime_error where threads wait for others that never come
void run(device_state& state, const grid& what, std::uint64_t seed);

/// The functions of device_state.
device_state make_state();

}  // namespace gpucompute::shim
