// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <string>

#include <gpucompute/error.hpp>

namespace gpucompute::cpu::interpret {

/// Memory of one thread that only grows; freed when the thread ends. What take() returned before is lost.
class scratch {
 public:
  scratch() = default;
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() { ::operator delete (memory_, std::align_val_t{alignment}); }

  /// 64-byte aligned. @throw out_of_memory
  std::byte* take(std::size_t bytes) {
    if (bytes > size_) {
      ::operator delete (memory_, std::align_val_t{alignment});
      size_ = 0;
      memory_ = static_cast<std::byte*>(::operator new (bytes, std::align_val_t{alignment}, std::nothrow));
      if (memory_ == nullptr) {
        throw out_of_memory("interpreter: no memory for " + std::to_string(bytes) + " bytes of blocks", bytes);
      }
      size_ = bytes;
    }
    return memory_;
  }

  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t rounded(std::size_t bytes) { return (bytes + alignment - 1) & ~(alignment - 1); }

 private:
  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace gpucompute::cpu::interpret
