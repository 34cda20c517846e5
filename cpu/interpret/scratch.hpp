// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <new>
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/runtime/thread_exit.hpp"

namespace gpucompute::cpu::interpret {

/// Memory of one thread that only grows; freed when the thread ends. What take() returned before is lost. It has no
/// destructor, so that destructors of the thread's objects and of static ones may evaluate: take() then begins anew.
class scratch {
 public:
  constexpr scratch() = default;
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;

  /// 64-byte aligned. @throw out_of_memory
  std::byte* take(std::size_t bytes) {
    if (bytes > size_) {
      grow(bytes);
    }
    return memory_;
  }

  static constexpr std::size_t alignment = 64;
  static constexpr std::size_t rounded(std::size_t bytes) { return (bytes + alignment - 1) & ~(alignment - 1); }

 private:
  void grow(std::size_t bytes) {
    free();
    memory_ = static_cast<std::byte*>(::operator new (bytes, std::align_val_t{alignment}, std::nothrow));
    if (memory_ == nullptr) {
      throw out_of_memory("interpreter: expected memory for " + std::to_string(bytes) + " bytes of blocks, got none",
                          bytes);
    }
    size_ = bytes;
    if (!freed_at_exit_) {
      freed_at_exit_ = true;
      at_thread_exit(
          [](void* object) {
            auto& self = *static_cast<scratch*>(object);
            self.freed_at_exit_ = false;
            self.free();
          },
          this);
    }
  }
  void free() {
    ::operator delete (memory_, std::align_val_t{alignment});
    memory_ = nullptr;
    size_ = 0;
  }

  std::byte* memory_ = nullptr;
  std::size_t size_ = 0;
  bool freed_at_exit_ = false;
};

}  // namespace gpucompute::cpu::interpret
