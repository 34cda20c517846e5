// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/boundary.hpp"

#include <gpucompute/error.hpp>

namespace gpucompute {
namespace {

const out_of_memory& prepared() {
  // Never destroyed, and made while there is memory: copies of it share its text.
  static const out_of_memory& made = *new out_of_memory("gpucompute: no memory for a small block of the C++ heap", 0);
  return made;
}

[[maybe_unused]] const out_of_memory& made_when_loaded = prepared();

}  // namespace

void throw_out_of_memory() { throw out_of_memory(prepared()); }

}  // namespace gpucompute
