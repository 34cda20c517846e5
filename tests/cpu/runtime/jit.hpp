// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>

#include "cpu/runtime/module.hpp"

#ifndef GPUCOMPUTE_EXPECT_JIT
#error "jit.hpp: link gpucompute_test_common, which says whether there must be a JIT"
#endif

namespace gpucompute::cpu {

/// Whether this build has the JIT. @throw std::runtime_error when it has one that does not load
inline bool has_jit() {
  if (GPUCOMPUTE_EXPECT_JIT && find_compiler().get == nullptr) {
    throw std::runtime_error("this build has a JIT, but it does not load: " + find_compiler().missing);
  }
  return GPUCOMPUTE_EXPECT_JIT;
}

}  // namespace gpucompute::cpu
