// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory_resource>

#include <gpucompute/export.hpp>

namespace gpucompute {

/// Replaces where the memory of host arrays and of intermediate results between launches comes from and returns what was
/// there; null is the library's own pool. Blocks of a few KiB that a thread keeps for its own work do not come from it. Memory that is in use goes back to the resource it came from, so a resource must outlive its
/// arrays. It is called from any thread and asked for 64-byte alignment; std::bad_alloc becomes out_of_memory.
GPUCOMPUTE_API std::pmr::memory_resource* set_host_memory(std::pmr::memory_resource* resource) noexcept;

}  // namespace gpucompute
