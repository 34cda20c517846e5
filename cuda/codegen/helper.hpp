// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

namespace gpucompute::cuda {

/// Header-free CUDA C++ behind one gc_ name: CUDA's built-in functions and earlier helpers only.
struct helper {
  std::string_view name;
  std::string_view text;
};

}  // namespace gpucompute::cuda
