// SPDX-License-Identifier: Apache-2.0
#include "cpu/interpret/library.hpp"

#include "cpu/math/library.hpp"

namespace gpucompute::cpu::interpret {

library_function find_library(std::string_view name, dtype type, isa which, bool fast) {
  const math::entry* const found =
      math::find(name, type, which == isa::avx512 ? math::isa::avx512 : math::isa::avx2, fast);
  return found == nullptr ? nullptr : found->block;
}

}  // namespace gpucompute::cpu::interpret
