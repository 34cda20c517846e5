// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cpu/codegen/emitter.hpp"

namespace gpucompute::cpu::codegen {

struct division {
  llvm::Value* quotient;   ///< truncated; x / 0 is 0, the lowest value / -1 wraps to itself
  llvm::Value* remainder;  ///< sign of x; x % 0 is 0
};

/// Integer division of vectors. Up to 32 bits through floating point, which is exact there: a quotient that is not an
/// integer lies at least 1/|y| from the next one, more than the rounding of the real division.
division divide_integers(emitter& e, dtype type, llvm::Value* x, llvm::Value* y);

}  // namespace gpucompute::cpu::codegen
