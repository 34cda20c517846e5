// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gpucompute::device_layer {

struct environment_variable {
  std::string_view name;
  std::string_view values;
  std::string_view meaning;
};

/// Every variable that the library reads; each is read once in a process unless its meaning says otherwise.
inline constexpr environment_variable environment[] = {
    {"GPUCOMPUTE_NUM_THREADS", "a number", "most threads of the process; otherwise what OpenMP would use"},
    {"GPUCOMPUTE_TIER", "automatic, interpreter, jit",
     "how the cpu runs kernels for which the caller asks for no tier; read whenever a kernel is prepared"},
    {"GPUCOMPUTE_CPU_ISA", "avx2, avx512",
     "instruction set of the cpu's kernels; otherwise the widest; read whenever a kernel is prepared"},
    {"GPUCOMPUTE_MODULE_PATH", "a folder", "where modules such as the compiler lie; otherwise beside the library"},
    {"GPUCOMPUTE_POOL_BYTES", "a number", "most bytes of freed host memory that are kept for reuse; 0 keeps none"},
};

}  // namespace gpucompute::device_layer
