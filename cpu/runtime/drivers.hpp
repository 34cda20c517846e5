// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>

#include "cpu/interpret/interpreter.hpp"
#include "cpu/runtime/range.hpp"
#include "cpu/runtime/team.hpp"
#include "kernels/lower/launch.hpp"

// The loops around a range function: dimensions beyond the two of a tile, cuts for threads, leaves of reductions.

namespace gpucompute::cpu {

/// One launch as the drivers see it.
struct job {
  const lower::kernel& kernel;
  const lower::launch& launch;
  std::span<void* const> pointers;  ///< one an operand, at its first element
  const range& run;
  const interpret::interpreter& combiner;  ///< merges the states of leaves
  bool stream = false;                     ///< as tile::stream
};

/// Elements [begin, end) of an elementwise launch, numbered in C order of launch.kept.
void run_elementwise(const job& work, std::int64_t begin, std::int64_t end);

/// A whole reduction launch.
void run_reduction(const job& work, sharing how);

}  // namespace gpucompute::cpu
