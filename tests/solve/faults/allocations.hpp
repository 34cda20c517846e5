// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory_resource>

// Every block of memory that the program asks for: of operator new, which is replaced, and of the resource below.

namespace gpucompute::tests {

/// From now on the k-th block, from 1, is refused; later ones are given.
void refuse_block(long k);
/// No block is refused any more. Returns how many were asked for since refuse_block().
long refuse_none();
/// Blocks that are in use.
long live_blocks();

/// Memory for arrays, counted as the other blocks are.
std::pmr::memory_resource& counted_memory();

}  // namespace gpucompute::tests
