// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace gpucompute::cpu::math {

/// out[i] = f(a[i]) or f(a[i], b[i]) for i below n, contiguous elements; out may be a or b themselves.
using block_function = void (*)(void* out, const void* a, const void* b, std::size_t n);

/// One function at one element type, as an instruction set's translation unit offers it. Plain data: these units must
/// not instantiate anything of the standard library, whose inline functions the linker merges across units.
struct implementation {
  void* vector;  ///< registers in, register out
  block_function block;
};

/// In the order of functions.def: a MATH_FUNCTION gives float32 then float64, a MATH_INTEGER gives int8 to int64 then
/// uint8 to uint64.
namespace avx2 {
extern const implementation implementations[];
}
namespace avx512 {
extern const implementation implementations[];
}

}  // namespace gpucompute::cpu::math
