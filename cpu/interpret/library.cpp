// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/library.hpp"

namespace gpucompute::cpu::interpret {

library_function find_library(std::string_view, dtype, isa, bool) { return nullptr; }

}  // namespace gpucompute::cpu::interpret
