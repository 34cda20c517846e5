// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/solve/solver.hpp"

// The kernels for small systems, a table for each instruction set.

namespace gpucompute::cpu::small {

/// Largest order that any kernel takes; its scratch is sized for it.
inline constexpr std::int64_t most_rows = 64;
/// Largest order for which systems lie side by side in the lanes of registers: beyond it one at a time is faster.
inline constexpr std::int64_t most_interleaved_rows = 16;

/// What every system of a call shares, worked out once.
struct task {
  solving::small_systems systems;
  bool conjugated;           ///< of the conjugates of b, x is the conjugate
  std::int64_t row, column;  ///< strides of op(a) but for the conjugation, which is what is factored
};

/// Solves systems [first, first + count); count is at most `lanes` of that kernel. outcomes and errors (or null) are those
/// of system 0.
using kernel = void (*)(const task& work, std::int64_t first, std::int64_t count, solving::small_outcome* outcomes,
                        double* errors);

struct kernels {
  kernel single;       ///< one system, of order at least 1
  kernel interleaved;  ///< of order at most most_interleaved_rows
  std::int64_t lanes;
  std::int64_t largest;  ///< order that is faster here than in LAPACK
};
struct table {
  kernels of[4];  ///< float32, float64, complex64, complex128
};

namespace avx2 {
extern const table all;
}
namespace avx512 {
extern const table all;
}

/// What a kernel found of one system.
struct findings {
  double norm;           ///< of op(a), infinity norm
  double growth, scale;  ///< norm of the screening's solution, and of its right-hand side
  double backward_error;
  std::int32_t singular_at;
  bool safe;  ///< false: numbers are too large, too small or not finite for all this but singular_at and scale
};
/// Writes the outcome; what is not safe is worked out anew in a wider type, and the errors with it.
void report(const task& work, std::int64_t system, const findings& found, solving::small_outcome& outcome,
            double* errors);

}  // namespace gpucompute::cpu::small
