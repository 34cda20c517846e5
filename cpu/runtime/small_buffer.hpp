// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>

namespace gpucompute::cpu {

/// A fixed number of elements, as uninitialised as T allows, on the stack up to Inline of them.
template <typename T, std::size_t Inline>
class small_buffer {
 public:
  explicit small_buffer(std::size_t count)
      : heap_(count > Inline ? std::make_unique_for_overwrite<T[]>(count) : nullptr) {}
  T* data() { return heap_ ? heap_.get() : inline_; }
  T& operator[](std::size_t index) { return data()[index]; }

 private:
  std::unique_ptr<T[]> heap_;
  T inline_[Inline];
};

}  // namespace gpucompute::cpu
