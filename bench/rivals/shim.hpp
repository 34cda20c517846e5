// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stddef.h>
#include <stdint.h>

// A plain C door for run_rivals.py, so that a rival in another language and this library time the same arrays in turn.
// Arrays are borrowed until the contestant is freed. Nothing here is part of the library.

#if defined(__cplusplus)
extern "C" {
#endif

/// An array as NumPy has it: element type as in dtypes.def ("f8"), strides in bytes.
typedef struct {  // NOLINT(modernize-use-using): C reads this
  const char* name;
  const char* type;
  void* data;
  int rank;
  const int64_t* shape;
  const int64_t* strides;
} gpubench_array;

typedef struct gpubench_contestant gpubench_contestant;  // NOLINT(modernize-use-using)

/// kind: "fused" and "fast" compile `text` and write the results that `outs` names ("" is the last statement's); "naive"
/// runs the naive steps of the gpubench case `text` names; its results are copied to `outs` once, here. NULL with the
/// reason in gpubench_error() when that cannot be done.
gpubench_contestant* gpubench_make(const char* kind, const char* text, const gpubench_array* inputs, int count,
                                   const gpubench_array* outs, int out_count, int threads);
/// Seconds from a text to its result in `out`: parsing, planning, whatever is compiled, the first call. Negative with
/// the reason in gpubench_error() on failure.
double gpubench_first_result(const char* text, const gpubench_array* inputs, int count, const gpubench_array* out,
                             int threads);
/// Runs it `calls` times; seconds a call, negative with the reason in gpubench_error() on failure.
double gpubench_time(gpubench_contestant* one, int64_t calls);
/// Runs it once, for callers that count their own way here. Negative with the reason in gpubench_error() on failure.
int gpubench_call(gpubench_contestant* one);
/// What one call more ran as: "jit", "interpreter", "automatic" for some of each; of a solve, the whole explanation. NULL with
/// the reason in gpubench_error() on failure.
const char* gpubench_explain(gpubench_contestant* one);
void gpubench_free(gpubench_contestant* one);
/// Of this thread's last failure.
const char* gpubench_error(void);

#if defined(__cplusplus)
}
#endif
