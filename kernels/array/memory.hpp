// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace gpucompute {

/// Alignment of host arrays.
inline constexpr std::size_t host_alignment = 64;

/// Memory for a host array, host_alignment aligned, given back with the last owner. @throw out_of_memory
std::shared_ptr<void> allocate_host(std::size_t bytes);

/// Gives what is kept for the next arrays back to the system.
void trim_host_memory();

/// A fork calls these around itself, so that the child finds the pool whole.
void hold_pool();
void release_pool();

}  // namespace gpucompute
