// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>

#include <gpucompute/export.hpp>

namespace gpucompute {

/// Most dimensions an array may have.
inline constexpr std::size_t max_rank = 32;

/// A shape (extents) or strides (bytes): up to max_rank numbers, outermost first, without heap memory.
class GPUCOMPUTE_API dimensions {
 public:
  dimensions() noexcept {}  // NOLINT(modernize-use-equals-default): the values past rank_ stay unwritten on purpose
  dimensions(std::initializer_list<std::int64_t> values) { assign({values.begin(), values.size()}); }
  explicit dimensions(std::span<const std::int64_t> values) { assign(values); }
  dimensions(const dimensions& other) noexcept : rank_(other.rank_) { copy(other); }
  dimensions& operator=(const dimensions& other) noexcept {
    rank_ = other.rank_;
    copy(other);
    return *this;
  }

  std::size_t rank() const noexcept { return rank_; }
  std::size_t size() const noexcept { return rank_; }
  bool empty() const noexcept { return rank_ == 0; }
  std::int64_t operator[](std::size_t axis) const noexcept { return values_[axis]; }
  std::int64_t& operator[](std::size_t axis) noexcept { return values_[axis]; }
  const std::int64_t* begin() const noexcept { return values_; }
  const std::int64_t* end() const noexcept { return values_ + rank_; }
  std::span<const std::int64_t> span() const noexcept { return {values_, rank_}; }

  /// @throw invalid_argument beyond max_rank
  void push_back(std::int64_t value);
  /// rank copies of value. @throw invalid_argument beyond max_rank
  static dimensions filled(std::size_t rank, std::int64_t value);

  friend bool operator==(const dimensions& a, const dimensions& b) noexcept {
    return a.rank_ == b.rank_ && std::equal(a.begin(), a.end(), b.begin());
  }

 private:
  void assign(std::span<const std::int64_t> values);
  void copy(const dimensions& other) noexcept { std::copy_n(other.values_, rank_, values_); }

  std::uint32_t rank_ = 0;
  std::int64_t values_[max_rank];
};

/// Product of the extents; 1 for rank 0. @throw invalid_argument when negative or beyond 2^63 - 1
GPUCOMPUTE_API std::int64_t element_count(const dimensions& shape);
/// Byte strides of a C-ordered array. They wrap modulo 2^64 where it has no elements or more bytes than that.
GPUCOMPUTE_API dimensions c_strides(const dimensions& shape, std::size_t element_bytes);
/// "(3, 4)", "(5,)", "()".
GPUCOMPUTE_API std::string to_string(const dimensions& shape);

}  // namespace gpucompute
