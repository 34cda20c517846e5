// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/library.hpp"

#include "cpu/math/library.hpp"

namespace gpucompute::cpu::interpret {

library_function find_library(std::string_view name, dtype type, isa which, bool fast) {
  // The math library keeps the names of C where the language has a power for every type.
  const std::string_view known = name != "power" ? name : is_floating(type) ? "pow" : "ipow";
  const math::entry* const found =
      math::find(known, type, which == isa::avx512 ? math::isa::avx512 : math::isa::avx2, fast);
  return found == nullptr ? nullptr : found->block;
}

}  // namespace gpucompute::cpu::interpret
