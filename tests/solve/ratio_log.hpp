// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <gtest/gtest.h>
#include <map>
#include <string>

#include "tests/solve/ratios.hpp"

namespace gpucompute::testing {

/// Expects ratios below the bar and prints the largest of each name when a test ends.
class ratio_log {
 public:
  ratio_log() = default;
  ratio_log(const ratio_log&) = delete;
  ratio_log& operator=(const ratio_log&) = delete;
  ~ratio_log() {
    for (const auto& [ratio, worst] : worst_) {
      std::printf("[   ratio  ] %-40s %8.3g\n", ratio.c_str(), worst);
    }
  }

  void expect(const std::string& name, double ratio) {
    EXPECT_LT(ratio, bar) << name;
    double& worst = worst_[name];
    worst = worst > ratio ? worst : ratio;
  }

 private:
  std::map<std::string, double> worst_;
};

inline constexpr index tested_orders[] = {0, 1, 2, 3, 5, 10, 50, 132};
inline constexpr index tested_right_hand_sides[] = {1, 2, 15};

}  // namespace gpucompute::testing
