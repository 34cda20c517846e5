// SPDX-License-Identifier: Apache-2.0
#include "bench/hand/hand.hpp"

namespace gpucompute::bench {

const hand_loops& compiled_loops() {
  const bool level_4 = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                       __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl");
  return level_4 ? hand_v4::loops : hand_v3::loops;
}

}  // namespace gpucompute::bench
