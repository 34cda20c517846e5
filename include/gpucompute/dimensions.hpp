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
  dimensions() noexcept { std::fill_n(values_, few, 0); }
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
    bool same = a.rank_ == b.rank_;
    for (std::size_t axis = 0; same && axis < a.rank_; ++axis) {
      same = a.values_[axis] == b.values_[axis];
    }
    return same;
  }

 private:
  void assign(std::span<const std::int64_t> values) {
    if (values.size() > few) {
      assign_many(values);
      return;
    }
    rank_ = static_cast<std::uint32_t>(values.size());
    for (std::size_t axis = 0; axis < few; ++axis) {
      values_[axis] = axis < values.size() ? values[axis] : 0;
    }
  }
  void assign_many(std::span<const std::int64_t> values);
  void copy(const dimensions& other) noexcept {
    std::copy_n(other.values_, few, values_);
    if (rank_ > few) {
      std::copy_n(other.values_ + few, rank_ - few, values_ + few);
    }
  }

  /// Always written and copied, since a copy of known length takes no call; the others are unwritten beyond the rank.
  static constexpr std::size_t few = 4;

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
