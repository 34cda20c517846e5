// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <utility>

#include <gpucompute/view.hpp>

namespace gpucompute {

/// Owning n-dimensional array in C order, 64-byte aligned. A value: copies are deep, moves are cheap and leave an array
/// as made by default. The memory stays alive while an expression built from the array does.
class GPUCOMPUTE_API array {
 public:
  /// Rank 1, zero elements, float64.
  array() = default;
  array(const array& other);
  array(array&& other) noexcept;
  array& operator=(const array& other);
  array& operator=(array&& other) noexcept;
  ~array() = default;

  /// Elements are not initialised. @throw out_of_memory with the bytes asked for
  static array empty(dtype type, const dimensions& shape);
  static array zeros(dtype type, const dimensions& shape);
  /// A C-ordered copy. @throw invalid_argument for elements at a null pointer
  static array from(const array_view& source);
  /// Shares memory the caller allocated; C order, `memory` must hold the elements of `shape`.
  /// @throw invalid_argument for elements at a null pointer
  static array adopt(std::shared_ptr<void> memory, dtype type, const dimensions& shape);

  dtype type() const noexcept { return type_; }
  const dimensions& shape() const noexcept { return shape_; }
  std::size_t rank() const noexcept { return shape_.rank(); }
  std::int64_t size() const { return element_count(shape_); }
  /// In bytes, C order.
  dimensions strides() const { return c_strides(shape_, size_of(type_)); }
  const void* data() const noexcept { return memory_.get(); }
  void* data() noexcept { return memory_.get(); }
  const std::shared_ptr<void>& memory() const noexcept { return memory_; }

  /// The elements in C order. @throw invalid_argument unless T is the element type
  template <element T>
  std::span<const T> values() const {
    require(dtype_of<T>());
    return {static_cast<const T*>(data()), static_cast<std::size_t>(size())};
  }
  template <element T>
  std::span<T> values() {
    require(dtype_of<T>());
    return {static_cast<T*>(data()), static_cast<std::size_t>(size())};
  }
  /// The only element. @throw invalid_argument unless size() == 1 and T is the element type
  template <element T>
  T item() const {
    require_single();
    return values<T>()[0];
  }

 private:
  array(std::shared_ptr<void> memory, dtype type, const dimensions& shape) noexcept
      : memory_(std::move(memory)), type_(type), shape_(shape) {}
  void require(dtype type) const;
  void require_single() const;

  std::shared_ptr<void> memory_;
  dtype type_ = float64;
  dimensions shape_{0};
};

}  // namespace gpucompute
