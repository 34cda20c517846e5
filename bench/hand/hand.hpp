// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace gpucompute::bench {

/// The arrays of one call of a compiled loop: in the order of the case's inputs, contiguous but for `step`.
struct hand_call {
  const void* const* in;
  void* const* out;
  std::int64_t n;     ///< elements, all axes together
  std::int64_t rows;  ///< n = rows*columns where the loop has two levels
  std::int64_t columns;
  std::int64_t step;  ///< distance of the elements of every input, in elements
  int threads;
};

using hand_loop = void (*)(const hand_call&);

/// Solves A x = b by Gaussian elimination with partial pivoting, on one thread: A : (n, n) in C order and b : (n,) are
/// written over, b by x. False when a pivot is 0.
using hand_elimination = bool (*)(double* a, double* b, std::int64_t n);

/// What a careful programmer writes without this library: one plain OpenMP loop an expression, compiled with -O3 (and no
/// -ffast-math) for the newest x86-64 level that this processor has.
struct hand_loops {
  hand_loop e1, e2, e3, e4a, e4b, e5a, e5b, e6, e7a, e7b, e8, e9a, e9b, e9c, e9d, e10a, e10b, e13a, e13b;
  /// STREAM's triad out = in[0] + 3*in[1]; the second one with stores that bypass the caches (out 32-byte aligned).
  hand_loop triad, triad_streaming;
  hand_elimination textbook;
};

const hand_loops& compiled_loops();
/// What they are compiled for: "x86-64-v3" or "x86-64-v4".
const char* compiled_level();

namespace hand_v3 {
bool textbook_elimination(double* a, double* b, std::int64_t n);
extern const hand_loops loops;  ///< AVX2 and FMA
}  // namespace hand_v3
namespace hand_v4 {
bool textbook_elimination(double* a, double* b, std::int64_t n);
extern const hand_loops loops;  ///< AVX-512
}  // namespace hand_v4

}  // namespace gpucompute::bench
