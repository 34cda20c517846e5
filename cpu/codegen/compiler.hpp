// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include <gpucompute/evaluate.hpp>

#include "cpu/isa.hpp"
#include "cpu/runtime/tile.hpp"
#include "kernels/lower/kernel.hpp"

// The seam between the cpu device and its compiler, which lives in a module of its own (libgpucompute_jit.so) and is
// loaded on first use.

namespace gpucompute::cpu {

struct codegen_options {
  gpucompute::precision precision = precision::precise;
  cpu::isa isa = isa::avx2;
  /// Address of a function of the vector math library by its name; null for a name that it lacks. Kernel bodies refer
  /// to these functions by name, and their bits do not depend on the instruction set.
  void* (*resolve)(std::string_view name) = nullptr;
};

/// Machine code of one kernel. `run` is valid as long as a copy of `owner` lives.
struct compiled {
  range_function run = nullptr;
  std::shared_ptr<void> owner;
};

/// Makes range functions. Every call is safe from any number of threads.
class compiler {
 public:
  virtual ~compiler() = default;
  /// The range function of all schedules as a relocatable object file, which refers to functions of the vector math
  /// library by name; the combine programs of reducers are part of it, but the merging of leaves is the drivers' work.
  /// @throw runtime_failure, internal_error
  virtual std::string translate(const lower::kernel& description, const codegen_options& options) = 0;
  /// Code that can run from what translate() made, in this process or another. @throw runtime_failure, internal_error
  virtual compiled load(std::string_view object, const codegen_options& options) = 0;
  compiled compile(const lower::kernel& description, const codegen_options& options) {
    return load(translate(description, options), options);
  }
  /// What objects depend on beside the kernel, the options and the build of the module: "LLVM 19.1.7 for znver4".
  virtual std::string identity() const = 0;
  /// The text that compile() would translate. `resolve` may be null.
  virtual std::string source(const lower::kernel& description, const codegen_options& options) = 0;
};

}  // namespace gpucompute::cpu

/// The module's only entry. The compiler lives until the process ends. Null when `build_id` is not the module's own or
/// the compiler cannot start; *error is then a static text that says why.
extern "C" __attribute__((visibility("default"))) gpucompute::cpu::compiler* gpucompute_jit_open(const char* build_id,
                                                                                                 const char** error);
