// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace gpucompute::shim {

/// What precedes the shared object in the memory that stands for a cubin.
struct cubin_header {
  std::uint64_t magic = 0x6270756e6573616bULL;
  std::uint64_t bytes = 0;
};

}  // namespace gpucompute::shim
