// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/processor.hpp"

#include <cstdlib>
#include <fstream>

#include <gpucompute/error.hpp>

#include "cpu/runtime/team.hpp"

namespace gpucompute::cpu {

bool supports(isa which) {
  const bool base = __builtin_cpu_supports("avx2") != 0 && __builtin_cpu_supports("fma") != 0 &&
                    __builtin_cpu_supports("bmi2") != 0 && __builtin_cpu_supports("popcnt") != 0;
  return which == isa::avx2
             ? base
             : base && __builtin_cpu_supports("avx512f") != 0 && __builtin_cpu_supports("avx512bw") != 0 &&
                   __builtin_cpu_supports("avx512dq") != 0 && __builtin_cpu_supports("avx512vl") != 0;
}

std::string_view name(isa which) { return which == isa::avx512 ? "avx512" : "avx2"; }

isa best_isa() {
  if (!supports(isa::avx2)) {
    throw device_unavailable("cpu: a processor with AVX2 and FMA, got one without");
  }
  const char* const wanted = std::getenv("GPUCOMPUTE_CPU_ISA");
  if (wanted == nullptr || *wanted == '\0') {
    return supports(isa::avx512) ? isa::avx512 : isa::avx2;
  }
  for (const isa each : {isa::avx2, isa::avx512}) {
    if (name(each) == wanted) {
      if (!supports(each)) {
        throw device_unavailable("cpu: a processor with the instruction set of GPUCOMPUTE_CPU_ISA, got one without " +
                                 std::string(wanted));
      }
      return each;
    }
  }
  throw device_unavailable("cpu: avx2 or avx512 in GPUCOMPUTE_CPU_ISA, got " + std::string(wanted));
}

std::string processor_description() {
  std::string model = "x86-64";
  std::ifstream info("/proc/cpuinfo");
  for (std::string line; std::getline(info, line);) {
    const auto colon = line.find(": ");
    if (line.starts_with("model name") && colon != std::string::npos) {
      model = line.substr(colon + 2);
      break;
    }
  }
  const char* const vectors = supports(isa::avx512) ? "AVX-512" : supports(isa::avx2) ? "AVX2" : "no AVX2";
  const int threads = thread_budget();
  return model + ", " + vectors + ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

}  // namespace gpucompute::cpu
