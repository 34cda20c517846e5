// SPDX-License-Identifier: Apache-2.0
#include "cpu/isa.hpp"

#include <atomic>
#include <cpuid.h>

namespace gpucompute::cpu {
namespace {

// Compiled kernels are x86-64-v3 or -v4, whole; not every compiler that builds this can be asked for those names.
bool has_level_3() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  const bool has_moves = __get_cpuid(1, &a, &b, &c, &d) != 0 && (c & bit_MOVBE) != 0 && (c & bit_F16C) != 0;
  const bool has_counts = __get_cpuid(0x80000001U, &a, &b, &c, &d) != 0 && (c & bit_LZCNT) != 0;
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("bmi") &&
         __builtin_cpu_supports("bmi2") && __builtin_cpu_supports("popcnt") && has_moves && has_counts;
}

bool has_level_4() {
  return has_level_3() && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
         __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512cd");
}

}  // namespace

bool supports(isa set) {
  // Asked once: a virtual machine takes tens of microseconds to answer, and every evaluation asks.
  constinit static std::atomic<int> level = 0;
  int known = level.load(std::memory_order_relaxed);
  if (known == 0) {
    known = has_level_4() ? 4 : has_level_3() ? 3 : 2;
    level.store(known, std::memory_order_relaxed);
  }
  return known >= (set == isa::avx512 ? 4 : 3);
}

std::string_view name(isa set) { return set == isa::avx512 ? "avx512" : "avx2"; }

}  // namespace gpucompute::cpu
