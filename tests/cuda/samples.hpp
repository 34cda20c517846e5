// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "cuda/codegen/variant.hpp"

namespace gpucompute::cuda {

/// A kernel whose text is kept in golden/NAME.cu.
struct sample {
  std::string name;
  lower::kernel kernel;
  variant which;
};

const std::vector<sample>& samples();

}  // namespace gpucompute::cuda
