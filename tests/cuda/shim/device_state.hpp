// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// What host-compiled CUDA C++ and the scheduler that runs it share. A kernel's shared object holds one pointer to this,
// set when the object is loaded.

namespace gpucompute::shim {

struct index3 {
  unsigned x = 0, y = 0, z = 0;
};

struct device_state {
  index3 thread;  ///< of the CUDA thread that runs now
  index3 block;
  index3 block_extent;
  index3 grid_extent;

  /// __syncthreads: returns when all threads of the block that have not ended are here.
  void (*wait_for_block)() = nullptr;
  /// Returns when all lanes of the calling thread's warp in `mask` are here, with `value` of lane `source`.
  unsigned long long (*exchange)(unsigned mask, unsigned long long value, unsigned source) = nullptr;
  /// The same, with the lanes of `mask` whose flag is set.
  unsigned (*vote)(unsigned mask, bool flag) = nullptr;
};

using kernel_function = void(void** parameters);

}  // namespace gpucompute::shim
