// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace gpucompute::cpu {

/// Bytes that the system can give without swapping: MemAvailable of /proc/meminfo, or all physical memory where there is no
/// such line.
std::size_t free_memory();

}  // namespace gpucompute::cpu
