// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <llvm/ExecutionEngine/RuntimeDyld.h>
#include <string>

namespace gpucompute::cpu::codegen {

/// The memory of one kernel: code and constants in one mapping, so that relative addresses always reach. Writable until
/// finalizeMemory, from then on readable and, its code pages, executable.
class pages final : public llvm::RuntimeDyld::MemoryManager {
 public:
  pages() = default;
  pages(const pages&) = delete;
  pages& operator=(const pages&) = delete;
  ~pages() override;

  bool needsToReserveAllocationSpace() override { return true; }
  void reserveAllocationSpace(std::uintptr_t code_size, llvm::Align code_align, std::uintptr_t read_only_size,
                              llvm::Align read_only_align, std::uintptr_t writable_size,
                              llvm::Align writable_align) override;
  std::uint8_t* allocateCodeSection(std::uintptr_t size, unsigned alignment, unsigned id,
                                    llvm::StringRef name) override;
  std::uint8_t* allocateDataSection(std::uintptr_t size, unsigned alignment, unsigned id, llvm::StringRef name,
                                    bool read_only) override;
  void registerEHFrames(std::uint8_t*, std::uint64_t, std::size_t) override {}
  void deregisterEHFrames() override {}
  bool finalizeMemory(std::string* error) override;

 private:
  struct region {
    std::byte* next = nullptr;
    std::byte* end = nullptr;
  };
  static std::uint8_t* carve(region& from, std::uintptr_t size, unsigned alignment);

  std::byte* base_ = nullptr;
  std::size_t size_ = 0;
  std::size_t code_size_ = 0;  ///< bytes at the start of the mapping, whole pages
  region code_, data_;
};

}  // namespace gpucompute::cpu::codegen
