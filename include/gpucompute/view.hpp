// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include <gpucompute/dimensions.hpp>
#include <gpucompute/dtype.hpp>
#include <gpucompute/export.hpp>

namespace gpucompute {

class array;

/// Read-only, non-owning look at n-dimensional data: any byte strides (negative, zero, not multiples of the element
/// size), any alignment. The data must outlive the view.
class GPUCOMPUTE_API array_view {
 public:
  /// Rank 1, zero elements, float64, no data.
  array_view() noexcept : shape_{0}, strides_{8} {}
  /// strides in bytes. @throw invalid_argument when the ranks differ, an extent is negative, type is no dtype or elements
  /// lie 2^62 bytes apart and more
  array_view(const void* data, dtype type, const dimensions& shape, const dimensions& strides);
  /// C order.
  array_view(const void* data, dtype type, const dimensions& shape);
  template <element T>
  array_view(const T* data, const dimensions& shape) : array_view(data, dtype_of<T>(), shape) {}
  template <element T>
  array_view(std::span<T> data)  // NOLINT(google-explicit-constructor): inputs are written as {"a", a}
      : array_view(data.data(), dtype_of<T>(), {static_cast<std::int64_t>(data.size())}) {}
  template <element T>
  array_view(const std::vector<T>& data)  // NOLINT(google-explicit-constructor)
      : array_view(std::span<const T>(data)) {
    static_assert(!std::is_same_v<T, bool>, "std::vector<bool> is packed; pass a span of bool");
  }
  array_view(const array& source);  // NOLINT(google-explicit-constructor)

  const void* data() const noexcept { return data_; }
  dtype type() const noexcept { return type_; }
  const dimensions& shape() const noexcept { return shape_; }
  /// In bytes.
  const dimensions& strides() const noexcept { return strides_; }
  std::size_t rank() const noexcept { return shape_.rank(); }
  std::int64_t size() const { return element_count(shape_); }

 private:
  const void* data_ = nullptr;
  dtype type_ = float64;
  dimensions shape_;
  dimensions strides_;
};

/// The same, writable.
class GPUCOMPUTE_API mutable_view : public array_view {
 public:
  mutable_view() noexcept = default;
  mutable_view(void* data, dtype type, const dimensions& shape, const dimensions& strides)
      : array_view(data, type, shape, strides) {}
  mutable_view(void* data, dtype type, const dimensions& shape) : array_view(data, type, shape) {}
  template <element T>
  requires(!std::is_const_v<T>) mutable_view(T* data, const dimensions& shape) : array_view(data, shape) {}
  template <element T>
  // NOLINTNEXTLINE(google-explicit-constructor): written as .out = out
  requires(!std::is_const_v<T>) mutable_view(std::span<T> data) : array_view(data) {}
  template <element T>
  mutable_view(std::vector<T>& data) : array_view(data) {}  // NOLINT(google-explicit-constructor)
  mutable_view(array& source);                              // NOLINT(google-explicit-constructor)

  void* data() const noexcept { return const_cast<void*>(array_view::data()); }
};

}  // namespace gpucompute
