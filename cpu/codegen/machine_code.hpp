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

/// Compiles to a relocatable object file. @throw internal_error
std::string object_of(llvm::Module& module, const codegen_options& options);

/// Links an object into this process. Functions that it lacks are asked of `options.resolve`.
/// @throw internal_error, runtime_failure
loaded_code load_code(std::string_view object, const codegen_options& options, const std::string& entry);

/// The processor that code is tuned for: this one.
std::string tuned_for();

}  // namespace gpucompute::cpu::codegen
