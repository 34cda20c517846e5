// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <string>
#include <utility>
#include <vector>

namespace gpucompute::cpu::codegen {

/// The memory of one kernel: code and constants in one mapping, so that relative addresses always reach. Writable until
/// finalizeMemory, from then on readable and, its code pages, executable. Made before the linker is called and never grown,
/// since nothing may be thrown through LLVM, nor may it be refused a section.
class pages final : public llvm::RuntimeDyld::MemoryManager {
 public:
  /// @throw out_of_memory
  pages(std::size_t code_bytes, std::size_t data_bytes);
  pages(const pages&) = delete;
  pages& operator=(const pages&) = delete;

  std::uint8_t* allocateCodeSection(std::uintptr_t size, unsigned alignment, unsigned id,
                                    llvm::StringRef name) override;
  std::uint8_t* allocateDataSection(std::uintptr_t size, unsigned alignment, unsigned id, llvm::StringRef name,
                                    bool read_only) override;
  void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string* error) override;
  /// Whether a section did not fit, which leaves nothing that could run.
  bool overflowed() const { return !excess_.empty(); }

 private:
  struct mapping {
    std::byte* base = nullptr;
    std::size_t size = 0;
    explicit mapping(std::size_t bytes);
    mapping(mapping&& other) noexcept : base(std::exchange(other.base, nullptr)), size(other.size) {}
    mapping& operator=(mapping&&) = delete;
    ~mapping();
  };
  struct region {
    std::byte* next = nullptr;
    std::byte* end = nullptr;
  };
  std::uint8_t* carve(region& from, std::uintptr_t size, unsigned alignment);

  std::size_t code_size_;  ///< bytes at the start of the mapping, whole pages
  mapping all_;
  region code_, data_;
  /// More than a kernel's object has.
  static constexpr std::size_t sections = 64;
  std::vector<mapping> excess_;  ///< what the linker writes to before it can be told
};

}  // namespace gpucompute::cpu::codegen
