// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <optional>

#include "kernels/solve/problem.hpp"

// Systems as small_systems takes them, and memory for those that lie in another way.

namespace gpucompute::solving {

/// Of one type, aligned, with the same step in bytes from each to the next.
struct batch {
  matrix_view first = {};
  std::int64_t step = 0;
};

/// Matrices of a batch of this shape as they lie, where they can be taken so.
std::optional<batch> as_it_lies(const matrix_view& first, const dimensions& shape, const dimensions& strides,
                                dtype type);

/// How many of them are not the same one again.
std::int64_t different(const dimensions& shape, const dimensions& strides);

/// visit(offset in bytes, number) for each of `matrices` different A.
template <typename Visit>
void for_each_matrix(const right_hand_sides& sides, std::int64_t matrices, Visit&& visit) {
  if (matrices == 1) {
    visit(std::int64_t{0}, std::int64_t{0});
    return;
  }
  for_each_system(sides, dimensions::filled(sides.batch.rank(), 0),
                  [&](std::int64_t a, std::int64_t /*b*/, std::int64_t /*x*/, std::int64_t i) { visit(a, i); });
}

/// Memory, which a few bytes do not allocate.
class room {
 public:
  room() {}  // NOLINT(modernize-use-equals-default): the bytes stay unwritten
  room(const room&) = delete;
  room& operator=(const room&) = delete;
  ~room() = default;

  void open(solver& with, std::size_t bytes) {
    if (bytes > sizeof few_) {
      more_ = with.allocate(bytes);
    }
  }
  void* data() const { return more_ != nullptr ? more_.get() : const_cast<std::byte*>(few_); }

 private:
  std::shared_ptr<void> more_;
  // Larger alignment would take what holds this past malloc's fast ways.
  alignas(std::max_align_t) std::byte few_[512];
};

/// x in C order, beside the caller's memory: that is written when nothing can fail any more.
class answers_aside {
 public:
  answers_aside(solver& with, const right_hand_sides& sides, std::int64_t systems)
      : with_(with), type_(sides.type), rows_(sides.unknowns), columns_(sides.count), systems_(systems) {}

  /// To be written.
  batch open();
  void give(const batch& to) const;

 private:
  void store(std::int64_t offset, const matrix_view& to) const;
  std::int64_t size() const { return static_cast<std::int64_t>(size_of(type_)); }
  std::int64_t step() const { return rows_ * columns_ * size(); }

  solver& with_;
  dtype type_;
  std::int64_t rows_, columns_, systems_;
  room room_;
};

/// b of another type, or in uneven steps.
class sides_aside {
 public:
  sides_aside(solver& with, const right_hand_sides& sides) : with_(with), sides_(sides) {}

  batch fill();

 private:
  solver& with_;
  const right_hand_sides& sides_;
  room room_;
};

}  // namespace gpucompute::solving
