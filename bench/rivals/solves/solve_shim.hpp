// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "bench/rivals/shim.hpp"

// The part of the C door that is about solves, for run_solves.py and conditions.py. A : (n, n) and b : (n,), or
// (count, n, n) and (count, n, 1); float64. Arrays are borrowed until the contestant is freed.

#if defined(__cplusplus)
extern "C" {
#endif

/// Words as the library has them: "any", "positive-definite", ...; "screened", "always", "never"; "automatic", "same",
/// "float32".
typedef struct {  // NOLINT(modernize-use-using): C reads this
  const char* assume;
  const char* condition;
  const char* factors;
  int into_x;  ///< whether each call writes to x; else it makes an array of its own
} gpubench_solve_options;

/// gpucompute::solve, a solution of its own in each call. x holds the result afterwards, once and for all. NULL with the
/// reason in gpubench_error() when that cannot be done.
gpubench_contestant* gpubench_make_solve(const gpubench_array* a, const gpubench_array* b, const gpubench_array* x,
                                         const gpubench_solve_options* options);
/// explain_solve: looks at A, plans and says so, no more.
gpubench_contestant* gpubench_make_inspection(const gpubench_array* a, const gpubench_array* b);
/// Whether x can be relied on: 0 good, 1 ill-conditioned, 2 inaccurate, 3 A has a zero pivot; -1 with the reason in
/// gpubench_error() on failure. `bound`: of the condition, from below; infinity at a zero pivot.
int gpubench_verdict(const gpubench_array* a, const gpubench_array* b, const gpubench_solve_options* options,
                     double* bound);

/// LAPACK as C calls it, system by system: copies A and b, factors, solves into x. Systems that lie in C order are
/// solved with the transpose, which costs nothing.
typedef struct {          // NOLINT(modernize-use-using): C reads this
  void* factor;           ///< dgetrf or dpotrf
  void* solve;            ///< dgetrs or dpotrs
  int positive_definite;  ///< whether they are those of Cholesky
  int wide;               ///< whether integers have 64 bits
  int fresh_memory;       ///< whether each call allocates what it copies A to; else that is done once
} gpubench_lapack;
gpubench_contestant* gpubench_make_lapack(const gpubench_lapack* routines, const gpubench_array* a,
                                          const gpubench_array* b, const gpubench_array* x);

#if defined(__cplusplus)
}
#endif
