// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <string_view>

namespace gpucompute::testing {

struct stand_in {
  std::string_view name;
  void* code;
};

/// Functions in place of the vector math library's: "sin" is 2x + 1, its fast variant 2x + 2. In a source of their own,
/// since clang passes vectors in registers only where the whole source is compiled for them.
extern const std::array<stand_in, 5> stand_ins;

}  // namespace gpucompute::testing
