// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cpu/codegen/compiler.hpp"

namespace gpucompute::cpu {

/// The compiler's module, loaded on first use from GPUCOMPUTE_MODULE_PATH or else from beside this library.
struct compiler_module {
  compiler* get = nullptr;  ///< null when there is none
  std::string missing;      ///< then: what is missing and why
  std::string build;        ///< the linker's hash of the module; empty when it was linked without
};
const compiler_module& find_compiler();

/// Address of a function of the vector math library by its symbol; null for any other name.
void* resolve_math(std::string_view symbol);

}  // namespace gpucompute::cpu
