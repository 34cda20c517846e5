// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

#ifndef GPUCOMPUTE_EXPECT_JIT
#error "runs.hpp: link gpucompute_test_common, or the JIT is left out without a word"
#endif

namespace gpucompute::testing {

/// One way to run an expression on this machine.
struct run_on {
  std::string name;
  gpucompute::device device;
  gpucompute::tier tier = tier::automatic;
};

inline void PrintTo(const run_on& run, std::ostream* out) { *out << run.name; }

/// Every device and tier that must work here. GPUCOMPUTE_EXPECT_JIT says whether this build has the JIT.
inline std::vector<run_on> planned_runs() {
  std::vector<run_on> runs = {{"reference", gpucompute::device("reference"), tier::automatic},
                              {"cpu interpreter", gpucompute::device("cpu"), tier::interpreter}};
#if GPUCOMPUTE_EXPECT_JIT
  runs.push_back({"cpu jit", gpucompute::device("cpu"), tier::jit});
#endif
  return runs;
}

/// The same, having looked: a JIT that was built and does not load is a failure, never a shorter list.
inline std::vector<run_on> all_runs() {
  const std::vector<run_on> runs = planned_runs();
  for (const device_info& info : devices()) {
    if (runs.back().tier == tier::jit && info.name == "cpu" &&
        std::find(info.tiers.begin(), info.tiers.end(), "jit") == info.tiers.end()) {
      throw std::runtime_error("this build has a JIT, but the cpu device does not offer it: " + info.missing);
    }
  }
  return runs;
}

}  // namespace gpucompute::testing
