// SPDX-License-Identifier: Apache-2.0
// The compiled loops behind a C function; run_rivals.py compiles this file with the flags that it compares.
#define GPUBENCH_HAND_LEVEL hand_native
#include <chrono>
#include <cstring>

#include "bench/hand/elimination.cpp"  // the table of loops holds it
#include "bench/hand/loops.cpp"

namespace {

struct named_loop {
  const char* id;
  gpucompute::bench::hand_loop gpucompute::bench::hand_loops::*loop;
};
using loops = gpucompute::bench::hand_loops;
constexpr named_loop named[] = {{"E1", &loops::e1},     {"E2", &loops::e2},
                                {"E3", &loops::e3},     {"E4a", &loops::e4a},
                                {"E4b", &loops::e4b},   {"E5a", &loops::e5a},
                                {"E5b", &loops::e5b},   {"E6", &loops::e6},
                                {"E7a", &loops::e7a},   {"E7b", &loops::e7b},
                                {"E8a", &loops::e8},    {"E8b", &loops::e8},
                                {"E9a", &loops::e9a},   {"E9b", &loops::e9b},
                                {"E9c", &loops::e9c},   {"E9d", &loops::e9d},
                                {"E9e", &loops::e9d},   {"E10a", &loops::e10a},
                                {"E10b", &loops::e10b}, {"E13a", &loops::e13a},
                                {"E13b", &loops::e13b}, {"triad streaming", &loops::triad_streaming}};

}  // namespace

/// Seconds a call; negative for an id without a loop.
extern "C" __attribute__((visibility("default"))) double gpubench_hand_time(const char* id, const void* const* in,
                                                                            void* const* out, std::int64_t n,
                                                                            std::int64_t rows, std::int64_t step,
                                                                            int threads, std::int64_t calls) {
  for (const named_loop& one : named) {
    if (std::strcmp(one.id, id) != 0) continue;
    const gpucompute::bench::hand_loop loop = gpucompute::bench::hand_native::loops.*one.loop;
    const auto begin = std::chrono::steady_clock::now();
    for (std::int64_t i = 0; i < calls; ++i) loop({in, out, n, rows, n / rows, step, threads});
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / static_cast<double>(calls);
  }
  return -1;
}
