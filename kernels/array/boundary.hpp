// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <new>

namespace gpucompute {

/// Throws the out_of_memory that a std::bad_alloc becomes where it would leave the library. It needs no memory itself.
[[noreturn]] void throw_out_of_memory();

}  // namespace gpucompute
