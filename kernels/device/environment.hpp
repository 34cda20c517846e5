// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gpucompute::device_layer {

struct environment_variable {
  std::string_view name;
  std::string_view values;
  std::string_view meaning;
};

/// Every variable that the library reads, none but through this file; each is read once in a process unless its meaning
/// says otherwise. Unset and empty are the same but where the meaning says otherwise; a value that is none of `values` is
/// an invalid_argument of whatever reads it. docs/environment.md shows this list.
inline constexpr environment_variable environment[] = {
    {"GPUCOMPUTE_NUM_THREADS", "a number from 1 to 4096",
     "most threads of the process; otherwise what OpenMP would use, at most the processors that the process may run "
     "on"},
    {"GPUCOMPUTE_TIER", "automatic, interpreter, jit",
     "how the cpu runs kernels for which the caller asks for no tier; read whenever a kernel is prepared"},
    {"GPUCOMPUTE_CPU_ISA", "avx2, avx512",
     "instruction set of the cpu's kernels; otherwise the widest; read whenever a kernel is prepared"},
    {"GPUCOMPUTE_MODULE_PATH", "a folder", "where modules such as the compiler lie; otherwise beside the library"},
    {"GPUCOMPUTE_CACHE_DIR", "a folder",
     "where compiled kernels are kept between processes; empty keeps none; otherwise gpucompute in XDG_CACHE_HOME or "
     "in ~/.cache"},
    {"GPUCOMPUTE_POOL_BYTES", "a number of bytes",
     "most bytes of freed host memory that are kept for reuse; 0 keeps none; otherwise an eighth of the memory, at "
     "most 1 GiB"},
    {"GPUCOMPUTE_BLAS", "a file",
     "the BLAS and LAPACK library of the cpu; otherwise the first one that the linker finds"},
    {"OPENBLAS_NUM_THREADS", "a number; anything else counts as unset",
     "OpenBLAS's own; here, for how many threads a limit of the address space must leave it buffers"},
    {"XDG_CACHE_HOME", "a folder", "see GPUCOMPUTE_CACHE_DIR"},
    {"HOME", "a folder", "see GPUCOMPUTE_CACHE_DIR"},
    {"GPUCOMPUTE_CUDA_DRIVER", "a file",
     "the CUDA driver's library; otherwise libcuda.so.1; read whenever devices are listed"},
    {"GPUCOMPUTE_NVRTC", "a file",
     "NVIDIA's run-time compiler; otherwise where the linker or a toolkit has it; read whenever devices are listed"},
    {"CUDA_PATH", "a folder", "a CUDA toolkit in which NVRTC is looked for"},
    {"CUDA_HOME", "a folder", "the same, looked at after CUDA_PATH"},
};

/// The value of a variable, null when it is not set. A program that runs with another user's rights sees none.
const char* setting(const char* name);

/// The value of a variable that names a file or a folder, null when unset or empty.
const char* path_setting(const char* name);

/// The value as a whole number; none when unset or empty. `name` is in the list above.
/// @throw invalid_argument that names the variable and its values
std::optional<std::uint64_t> number_setting(const char* name, std::uint64_t least, std::uint64_t most);

/// Which of `words` the value is; none when unset or empty. @throw invalid_argument as above
std::optional<std::size_t> word_setting(const char* name, std::span<const std::string_view> words);

}  // namespace gpucompute::device_layer
