// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

#include "cpu/codegen/compiler.hpp"

namespace gpucompute::cpu::interpret {

using library_function = void (*)(void* out, const void* a, const void* b, std::size_t count);

/// The vector math library's loop over a block; null for a function that it lacks. `fast` prefers a quicker variant.
library_function find_library(std::string_view name, dtype type, isa which, bool fast);

}  // namespace gpucompute::cpu::interpret
