// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

#include "kernels/lower/kernel.hpp"
#include "kernels/lower/launch.hpp"

// What is decided at launch about one kernel text, and the numbers that the launch then passes.

namespace gpucompute::cuda {

inline constexpr int threads_per_block = 256;
/// CUDA passes this many bytes of parameters with every launch; a larger block goes through device memory.
inline constexpr std::size_t most_parameter_bytes = 4096;

/// One kernel description has a text for each of these.
struct variant {
  bool wide_index = false;    ///< element numbers are 64 bits wide, not 32
  bool vector_access = true;  ///< contiguous operands are 16-byte aligned at the start of every row
  int outer_rank = 0;         ///< dimensions of the launch beyond the innermost one
  friend bool operator==(const variant&, const variant&) = default;
};

/// The quickest variant that is right for this launch. pointers[k]: first element of operand k.
variant choose_variant(const lower::launch& launch, std::span<void* const> pointers);

/// Neighbours that a thread handles as one access: 16 bytes of the widest operand; 1 unless vector_access.
int elements_per_access(const lower::kernel& kernel, const variant& which);
/// Accesses that a thread has in flight at once; fewer for bodies so dear that latency is hidden anyway.
int accesses_per_thread(const lower::kernel& kernel);

/// The kernel's only argument, struct gc_block of the text, as words: extent, outer extents; for each operand address,
/// inner byte stride, outer byte strides; parameters.
std::vector<std::uint64_t> block_words(const lower::launch& launch, const variant& which,
                                       std::span<void* const> pointers);
std::size_t block_bytes(const lower::kernel& kernel, const variant& which);

/// Blocks to launch on a device: enough to fill it, each thread walking on in steps of the grid.
unsigned grid_blocks(const lower::launch& launch, const variant& which, int multiprocessors);

/// NVRTC's options, `architecture` as in "sm_90". All that makes `precise` precise is here.
std::vector<std::string> compile_options(precision wanted, const std::string& architecture);

}  // namespace gpucompute::cuda
