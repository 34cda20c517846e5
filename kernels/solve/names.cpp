// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/solve.hpp>

namespace gpucompute {

singular_matrix::~singular_matrix() = default;
non_finite::~non_finite() = default;

std::string_view name(method which) {
  constexpr std::string_view names[] = {
      "automatic",
#define GPUCOMPUTE_METHOD(name, words, routines) #name,
#include <gpucompute/methods.def>
  };
  return names[static_cast<std::size_t>(which)];
}

std::string_view name(structure which) {
  constexpr std::string_view names[] = {"any",   "general", "symmetric",   "positive-definite", "upper",
                                        "lower", "banded",  "tridiagonal", "diagonal"};
  return names[static_cast<std::size_t>(which)];
}

std::string_view name(verdict which) {
  constexpr std::string_view names[] = {"good", "ill_conditioned", "inaccurate"};
  return names[static_cast<std::size_t>(which)];
}

}  // namespace gpucompute
