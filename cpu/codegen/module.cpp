// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <llvm/Config/llvm-config.h>
#include <llvm/IR/LLVMContext.h>
#include <llvm/IR/Verifier.h>
#include <llvm/Support/CommandLine.h>
#include <llvm/Support/TargetSelect.h>
#include <llvm/Support/raw_ostream.h>
#include <memory>
#include <string_view>

#include <gpucompute/error.hpp>

#include "cpu/codegen/compiler.hpp"
#include "cpu/codegen/emitter.hpp"
#include "cpu/codegen/machine_code.hpp"
#include "generated/build_id.hpp"

namespace gpucompute::cpu::codegen {

namespace {

class llvm_compiler final : public compiler {
 public:
  llvm_compiler() {
    LLVMInitializeX86TargetInfo();
    LLVMInitializeX86Target();
    LLVMInitializeX86TargetMC();
    LLVMInitializeX86AsmPrinter();
    // What these passes would improve, the emitter writes well already; they take more time than all others together.
    for (const char* pass : {"disable-lsr", "disable-x86-domain-reassignment"}) {
      const auto& known = llvm::cl::getRegisteredOptions();
      const auto found = known.find(pass);
      if (found != known.end()) static_cast<llvm::cl::opt<bool>*>(found->second)->setValue(true);
    }
  }

  std::string translate(const lower::kernel& description, const codegen_options& options) override {
    llvm::LLVMContext context;
    llvm::Module module("kernel", context);
    fill(module, description, options);
    return object_of(module, options);
  }

  compiled load(std::string_view object, const codegen_options& options) override {
    loaded_code code = load_code(object, options, emitter::entry_name);
    return {reinterpret_cast<range_function>(code.entry), std::move(code.owner)};
  }

  std::string identity() const override { return "LLVM " LLVM_VERSION_STRING " for " + tuned_for(); }

  std::string source(const lower::kernel& description, const codegen_options& options) override {
    llvm::LLVMContext context;
    llvm::Module module("kernel", context);
    fill(module, description, options);
    std::string text, problem;
    llvm::raw_string_ostream(text) << module;
    llvm::raw_string_ostream problems(problem);
    if (llvm::verifyModule(module, &problems)) throw internal_error("source: expected valid LLVM IR, got " + problem);
    return text;
  }

 private:
  static void fill(llvm::Module& module, const lower::kernel& description, const codegen_options& options) {
    emitter(module, description, options).emit();
    prepare_for_target(module, options);
  }
};

}  // namespace

}  // namespace gpucompute::cpu::codegen

gpucompute::cpu::compiler* gpucompute_jit_open(const char* build_id, const char** error) {
  if (std::strcmp(build_id, GPUCOMPUTE_BUILD_ID) != 0) {
    *error = "libgpucompute_jit.so is of another build than libgpucompute.so";
    return nullptr;
  }
  static gpucompute::cpu::codegen::llvm_compiler only;
  return &only;
}
