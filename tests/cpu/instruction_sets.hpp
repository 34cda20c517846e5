// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "cpu/isa.hpp"

namespace gpucompute::testing {

/// Those of this machine.
inline std::vector<cpu::isa> instruction_sets() {
  std::vector<cpu::isa> found;
  for (const cpu::isa each : cpu::every_isa) {
    if (cpu::supports(each)) {
      found.push_back(each);
    }
  }
  return found;
}

}  // namespace gpucompute::testing
