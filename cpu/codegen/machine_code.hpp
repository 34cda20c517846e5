// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <llvm/IR/Module.h>
#include <memory>
#include <string>
#include <string_view>

#include "cpu/codegen/compiler.hpp"

// From an LLVM module to callable code, without LLVM's IR optimiser: the emitter writes what should run.

namespace gpucompute::cpu::codegen {

/// Sets the triple, the data layout and, on every function, processor and vector width for `options.isa`.
void prepare_for_target(llvm::Module& module, const codegen_options& options);

struct loaded_code {
  void* entry = nullptr;
  std::shared_ptr<void> owner;  ///< the pages of the code
};

/// Compiles and links into this process. Functions that the module declares are asked of `options.resolve`.
/// @throw internal_error, runtime_failure
loaded_code load_code(llvm::Module& module, const codegen_options& options, const std::string& entry);

}  // namespace gpucompute::cpu::codegen
