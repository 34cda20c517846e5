// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/expectation.hpp"

namespace gpucompute {

std::string expectation(std::string_view function, std::string_view what, std::string_view got) {
  std::string text(function);
  return text.append(": expected ").append(what).append(", got ").append(got);
}

}  // namespace gpucompute
