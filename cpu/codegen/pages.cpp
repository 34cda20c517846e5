// SPDX-License-Identifier: Apache-2.0
#include "cpu/codegen/pages.hpp"

#include <cerrno>
#include <cstring>
#include <sys/mman.h>
#include <unistd.h>

#include <gpucompute/error.hpp>

namespace gpucompute::cpu::codegen {

namespace {

std::size_t whole_pages(std::size_t bytes) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return (bytes + page - 1) / page * page;
}

}  // namespace

pages::~pages() {
  if (base_ != nullptr) munmap(base_, size_);
}

void pages::reserveAllocationSpace(std::uintptr_t code_size, llvm::Align code_align, std::uintptr_t read_only_size,
                                   llvm::Align read_only_align, std::uintptr_t writable_size,
                                   llvm::Align writable_align) {
  constexpr std::size_t slack = 256;  // sections are aligned one after the other
  code_size_ = whole_pages(code_size + code_align.value() + slack);
  const std::size_t data =
      whole_pages(read_only_size + read_only_align.value() + writable_size + writable_align.value() + slack);
  size_ = code_size_ + data;
  void* mapped = mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) {
    throw out_of_memory("load_code: expected memory for code, got none for " + std::to_string(size_) + " bytes", size_);
  }
  base_ = static_cast<std::byte*>(mapped);
  code_ = {base_, base_ + code_size_};
  data_ = {base_ + code_size_, base_ + size_};
}

std::uint8_t* pages::carve(region& from, std::uintptr_t size, unsigned alignment) {
  const std::uintptr_t align = alignment == 0 ? 16 : alignment;
  const auto address = reinterpret_cast<std::uintptr_t>(from.next);
  std::byte* start = from.next + ((align - address % align) % align);
  if (start > from.end || size > static_cast<std::uintptr_t>(from.end - start)) {
    throw internal_error("load_code: expected sections of the size announced, got " + std::to_string(size) +
                         " bytes more");
  }
  from.next = start + size;
  return reinterpret_cast<std::uint8_t*>(start);
}

std::uint8_t* pages::allocateCodeSection(std::uintptr_t size, unsigned alignment, unsigned, llvm::StringRef) {
  return carve(code_, size, alignment);
}

std::uint8_t* pages::allocateDataSection(std::uintptr_t size, unsigned alignment, unsigned, llvm::StringRef, bool) {
  return carve(data_, size, alignment);
}

bool pages::finalizeMemory(std::string* error) {
  const bool failed = mprotect(base_, code_size_, PROT_READ | PROT_EXEC) != 0 ||
                      mprotect(base_ + code_size_, size_ - code_size_, PROT_READ) != 0;
  if (failed && error != nullptr) *error = std::strerror(errno);
  return failed;
}

}  // namespace gpucompute::cpu::codegen
