// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace gpucompute::evaluation {

/// A list that lives on the stack up to N entries. Entries are left unwritten until they are pushed.
template <typename T, std::size_t N>
class inline_buffer {
 public:
  inline_buffer() {}  // NOLINT(modernize-use-equals-default): keeps the array unwritten
  inline_buffer(std::size_t size, const T& value) : size_(size) {
    if (size <= N) {
      std::fill_n(local_.begin(), size, value);
    } else {
      spilled_.assign(size, value);
    }
  }
  inline_buffer(const inline_buffer&) = delete;
  inline_buffer& operator=(const inline_buffer&) = delete;

  void push_back(const T& value) {
    if (size_ < N) {
      local_[size_++] = value;
      return;
    }
    if (size_ == N) {
      spilled_.assign(local_.begin(), local_.end());
    }
    spilled_.push_back(value);
    ++size_;
  }
  std::size_t size() const { return size_; }
  T* data() { return size_ <= N ? local_.data() : spilled_.data(); }
  const T* data() const { return size_ <= N ? local_.data() : spilled_.data(); }
  T& operator[](std::size_t i) { return data()[i]; }
  const T& operator[](std::size_t i) const { return data()[i]; }
  std::span<T> span() { return {data(), size_}; }
  std::span<const T> span() const { return {data(), size_}; }
  T* begin() { return data(); }
  T* end() { return data() + size_; }
  const T* begin() const { return data(); }
  const T* end() const { return data() + size_; }

 private:
  std::array<T, N> local_;
  std::vector<T> spilled_;
  std::size_t size_ = 0;
};

}  // namespace gpucompute::evaluation
