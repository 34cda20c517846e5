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

pages::mapping::mapping(std::size_t bytes) : size(whole_pages(bytes)) {
  void* const mapped = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  base = mapped == MAP_FAILED ? nullptr : static_cast<std::byte*>(mapped);
}

pages::mapping::~mapping() {
  if (base != nullptr) munmap(base, size);
}

pages::pages(std::size_t code_bytes, std::size_t data_bytes)
    : code_size_(whole_pages(code_bytes)), all_(code_size_ + whole_pages(data_bytes)) {
  if (all_.base == nullptr) {
    throw out_of_memory("load_code: expected memory for code, got none for " + std::to_string(all_.size) + " bytes",
                        all_.size);
  }
  excess_.reserve(sections);
  code_ = {all_.base, all_.base + code_size_};
  data_ = {all_.base + code_size_, all_.base + all_.size};
}

std::uint8_t* pages::carve(region& from, std::uintptr_t size, unsigned alignment) {
  const std::uintptr_t align = alignment == 0 ? 16 : alignment;
  const auto address = reinterpret_cast<std::uintptr_t>(from.next);
  std::byte* start = from.next + ((align - address % align) % align);
  if (start > from.end || size > static_cast<std::uintptr_t>(from.end - start)) {
    return reinterpret_cast<std::uint8_t*>(excess_.emplace_back(size).base);
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
  const bool failed = mprotect(all_.base, code_size_, PROT_READ | PROT_EXEC) != 0 ||
                      mprotect(all_.base + code_size_, all_.size - code_size_, PROT_READ) != 0;
  if (failed && error != nullptr) *error = std::strerror(errno);
  return failed;
}

}  // namespace gpucompute::cpu::codegen
