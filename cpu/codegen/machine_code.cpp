// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/machine_code.hpp"

#include <llvm/ADT/SmallVector.h>
#include <llvm/BinaryFormat/ELF.h>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <llvm/IR/LegacyPassManager.h>
#include <llvm/MC/TargetRegistry.h>
#include <llvm/Object/ELFObjectFile.h>
#include <llvm/Object/ObjectFile.h>
#include <llvm/Support/MemoryBuffer.h>
#include <llvm/Support/raw_ostream.h>
#include <llvm/Target/TargetMachine.h>
#include <llvm/TargetParser/Host.h>
#include <map>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

#include <gpucompute/error.hpp>

#include "cpu/codegen/pages.hpp"

namespace gpucompute::cpu::codegen {

namespace {

constexpr const char* triple = "x86_64-unknown-linux-gnu";

const llvm::Target& target() {
  static const llvm::Target* found = [] {
    std::string error;
    const llvm::Target* known = llvm::TargetRegistry::lookupTarget(triple, error);
    if (known == nullptr) throw internal_error("load_code: expected LLVM's x86-64 back end, got " + error);
    return known;
  }();
  return *found;
}

std::unique_ptr<llvm::TargetMachine> new_machine(isa set, precision how) {
  llvm::TargetOptions options;
  options.AllowFPOpFusion = how == precision::fast ? llvm::FPOpFusion::Standard : llvm::FPOpFusion::Strict;
  return std::unique_ptr<llvm::TargetMachine>(
      target().createTargetMachine(triple, set == isa::avx512 ? "x86-64-v4" : "x86-64-v3", "", options,
                                   llvm::Reloc::PIC_, llvm::CodeModel::Small, llvm::CodeGenOptLevel::Less));
}

/// Making a machine costs as much as compiling a small kernel; each is used by one thread at a time.
class machine_pool {
 public:
  using key = std::pair<isa, precision>;

  std::unique_ptr<llvm::TargetMachine> take(key which) {
    {
      const std::lock_guard lock(mutex_);
      auto& idle = idle_[which];
      if (!idle.empty()) {
        auto machine = std::move(idle.back());
        idle.pop_back();
        return machine;
      }
    }
    return new_machine(which.first, which.second);
  }

  /// Without memory to keep it, it is gone.
  void give_back(key which, std::unique_ptr<llvm::TargetMachine> machine) noexcept {
    const std::lock_guard lock(mutex_);
    try {
      idle_[which].push_back(std::move(machine));
    } catch (const std::bad_alloc&) {
      machine.reset();
    }
  }

  static machine_pool& instance() {
    static machine_pool pool;
    return pool;
  }

 private:
  std::mutex mutex_;
  std::map<key, std::vector<std::unique_ptr<llvm::TargetMachine>>> idle_;
};

class borrowed_machine {
 public:
  explicit borrowed_machine(const codegen_options& options)
      : key_{options.isa, options.precision}, machine_(machine_pool::instance().take(key_)) {}
  borrowed_machine(const borrowed_machine&) = delete;
  borrowed_machine& operator=(const borrowed_machine&) = delete;
  ~borrowed_machine() { machine_pool::instance().give_back(key_, std::move(machine_)); }
  llvm::TargetMachine* operator->() const { return machine_.get(); }

 private:
  machine_pool::key key_;
  std::unique_ptr<llvm::TargetMachine> machine_;
};

class resolver final : public llvm::JITSymbolResolver {
 public:
  explicit resolver(const codegen_options& options) : options_(options) {}

  void lookup(const LookupSet& symbols, OnResolvedFunction on_resolved) override {
    LookupResult found;
    for (const llvm::StringRef symbol : symbols) {
      void* address = options_.resolve == nullptr ? nullptr : options_.resolve({symbol.data(), symbol.size()});
      if (address == nullptr) missing_.insert(symbol.str());
      found[symbol] =
          llvm::JITEvaluatedSymbol(reinterpret_cast<std::uintptr_t>(address), llvm::JITSymbolFlags::Exported);
    }
    on_resolved(std::move(found));
  }
  llvm::Expected<LookupSet> getResponsibilitySet(const LookupSet&) override { return LookupSet(); }
  bool allowsZeroSymbols() override { return true; }

  const std::set<std::string>& missing() const { return missing_; }

 private:
  const codegen_options& options_;
  std::set<std::string> missing_;
};

/// Memory that takes all that the linker makes of an object: its sections, and for each relocation at most a jump and an
/// entry of a table, which together are smaller than the relocation's own record.
std::shared_ptr<pages> memory_for(const llvm::object::ObjectFile& object) {
  constexpr std::size_t slack = 64;  // padding, and alignment that the linker raises
  std::size_t code = slack, data = slack;
  for (const llvm::object::SectionRef& section : object.sections()) {
    const bool relocations = llvm::object::ELFSectionRef(section).getType() == llvm::ELF::SHT_RELA;
    if (relocations) {
      code += section.getSize();
      data += section.getSize();
    } else if ((llvm::object::ELFSectionRef(section).getFlags() & llvm::ELF::SHF_ALLOC) != 0) {
      (section.isText() ? code : data) += section.getSize() + section.getAlignment().value() + slack;
    }
  }
  return std::make_shared<pages>(code, data);
}

}  // namespace

void prepare_for_target(llvm::Module& module, const codegen_options& options) {
  const borrowed_machine machine(options);
  module.setTargetTriple(triple);
  module.setDataLayout(machine->createDataLayout());
  const char* width = options.isa == isa::avx512 ? "512" : "256";
  const std::string tuning = tuned_for();
  for (llvm::Function& function : module) {
    function.addFnAttr("target-cpu", machine->getTargetCPU());
    function.addFnAttr("tune-cpu", tuning);
    function.addFnAttr("prefer-vector-width", width);
    function.addFnAttr("min-legal-vector-width", width);
  }
}

std::string tuned_for() { return llvm::sys::getHostCPUName().str(); }

std::string object_of(llvm::Module& module, const codegen_options& options) {
  llvm::SmallVector<char, 0> object_bytes;
  {
    const borrowed_machine machine(options);
    llvm::raw_svector_ostream stream(object_bytes);
    llvm::legacy::PassManager passes;
    llvm::MCContext* context = nullptr;
    if (machine->addPassesToEmitMC(passes, context, stream, true)) {
      throw internal_error("object_of: expected a target that emits objects, got " + std::string(triple));
    }
    passes.run(module);
  }
  return {object_bytes.begin(), object_bytes.end()};
}

loaded_code load_code(std::string_view bytes, const codegen_options& options, const std::string& entry) {
  const llvm::MemoryBufferRef buffer(llvm::StringRef(bytes.data(), bytes.size()), "kernel");
  auto object = llvm::object::ObjectFile::createObjectFile(buffer);
  if (!object) throw internal_error("load_code: expected an object file, got " + llvm::toString(object.takeError()));
  if (!(*object)->isELF()) throw internal_error("load_code: expected an ELF object, got one of another format");

  auto memory = memory_for(**object);
  resolver symbols(options);
  llvm::RuntimeDyld linker(*memory, symbols);
  linker.loadObject(**object);
  linker.resolveRelocations();
  if (!symbols.missing().empty()) {
    throw internal_error("load_code: expected a function of the vector math library, got " +
                         *symbols.missing().begin());
  }
  if (linker.hasError())
    throw internal_error("load_code: expected a linkable object, got " + linker.getErrorString().str());
  if (memory->overflowed()) throw internal_error("load_code: expected sections of the size announced, got larger ones");
  std::string problem;
  if (memory->finalizeMemory(&problem)) throw runtime_failure("load_code: expected executable memory, got " + problem);
  const auto address = linker.getSymbol(entry).getAddress();
  if (address == 0) throw internal_error("load_code: expected an object with " + entry + ", got one without");
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the linker's addresses are numbers
  return {reinterpret_cast<void*>(static_cast<std::uintptr_t>(address)), std::move(memory)};
}

}  // namespace gpucompute::cpu::codegen
