// SPDX-License-Identifier: Apache-2.0
#include "bench/hand/hand.hpp"

namespace gpucompute::bench {
namespace {

bool has_level_4() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd");
}

}  // namespace

const hand_loops& compiled_loops() { return has_level_4() ? hand_v4::loops : hand_v3::loops; }
const char* compiled_level() { return has_level_4() ? "x86-64-v4" : "x86-64-v3"; }

}  // namespace gpucompute::bench
