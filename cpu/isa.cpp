// SPDX-License-Identifier: Apache-2.0
#include "cpu/isa.hpp"

#include <cpuid.h>

namespace gpucompute::cpu {

// Compiled kernels are x86-64-v3 or -v4, whole; not every compiler that builds this can be asked for those names.
bool supports(isa set) {
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool has_moves = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_MOVBE) != 0 && (c & bit_F16C) != 0;
  const bool has_counts = __get_cpuid(0x80000001U, &a, &b, &c, &d) != 0 && (c & bit_LZCNT) != 0;
  const bool level_3 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") &&
                       __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2") &&
                       __builtin_cpu_supports("popcnt") && has_moves && has_counts;
  if (set == isa::avx2) return level_3;
  return level_3 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
}

std::string_view name(isa set) { return set == isa::avx512 ? "avx512" : "avx2"; }

}  // namespace gpucompute::cpu
