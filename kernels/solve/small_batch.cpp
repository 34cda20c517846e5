// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/small_batch.hpp"

#include <algorithm>

#include "kernels/solve/calls.hpp"

namespace gpucompute::solving {
namespace {

bool is_aligned(const batch& all, dtype type) {
  const std::uintptr_t bits =
      reinterpret_cast<std::uintptr_t>(all.first.data) | static_cast<std::uintptr_t>(all.first.row_stride) |
      static_cast<std::uintptr_t>(all.first.column_stride) | static_cast<std::uintptr_t>(all.step);
  return all.first.type == type && (bits & (size_of(component(type)) - 1)) == 0;
}

/// Bytes from each system to the next in C order, where these are the same all over the batch.
std::optional<std::int64_t> step_of(const dimensions& shape, const dimensions& strides) {
  std::int64_t step = 0, count = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    if (shape[axis] == 1) {
      continue;
    }
    if (count == 1) {
      step = strides[axis];
    } else if (strides[axis] != step * count) {
      return std::nullopt;
    }
    count *= shape[axis];
  }
  return step;
}

/// Where its columns run on from each other.
bool becomes_a_column(matrix_view& all) {
  if (all.rows != 1 && all.columns != 1 && all.column_stride != all.rows * all.row_stride) {
    return false;
  }
  all.row_stride = all.rows == 1 ? all.column_stride : all.row_stride;
  all.rows *= all.columns;
  all.columns = 1;
  return true;
}

}  // namespace

std::optional<batch> as_it_lies(const matrix_view& first, const dimensions& shape, const dimensions& strides,
                                dtype type) {
  const auto step = step_of(shape, strides);
  const batch all = {first, step.value_or(0)};
  return step && is_aligned(all, type) ? std::optional(all) : std::nullopt;
}

std::int64_t different(const dimensions& shape, const dimensions& strides) {
  const std::int64_t count = element_count(shape);
  return step_of(shape, strides) == 0 ? std::min<std::int64_t>(count, 1) : count;
}

batch answers_aside::open() {
  room_.open(with_, static_cast<std::size_t>(systems_ * step()));
  return {{room_.data(), type_, rows_, columns_, columns_ * size(), size()}, step()};
}

void answers_aside::give(const batch& to) const {
  matrix_view one = transposed(to.first);  // which lies here column by column
  if (!becomes_a_column(one)) {
    for (std::int64_t i = 0; i < systems_; ++i) {
      store(i * step(), moved(one, i * to.step));
    }
    return;
  }
  matrix_view all = {one.data, type_, one.rows, systems_, one.row_stride, to.step};
  becomes_a_column(all);
  store(0, all);
}

void answers_aside::store(std::int64_t offset, const matrix_view& to) const {
  void* const from = static_cast<char*>(room_.data()) + offset;
  with_.store({from, type_, to.rows, to.columns, std::max<std::int64_t>(1, to.rows)}, to);
}

batch sides_aside::fill() {
  const std::int64_t rows = sides_.b.rows, columns = sides_.b.columns;
  const auto step = rows * columns * static_cast<std::int64_t>(size_of(sides_.type));
  const std::int64_t systems = element_count(sides_.batch);
  const bool one_for_all = different(sides_.batch, sides_.b_strides) < systems;
  room_.open(with_, static_cast<std::size_t>((one_for_all ? 1 : systems) * step));
  const auto place = [&](std::int64_t i) {
    return block{static_cast<char*>(room_.data()) + i * step, sides_.type, rows, columns,
                 std::max<std::int64_t>(1, rows)};
  };
  for_each_system(sides_, dimensions::filled(sides_.batch.rank(), 0),
                  [&](std::int64_t /*a*/, std::int64_t b, std::int64_t /*x*/, std::int64_t i) {
                    if (i == 0 || !one_for_all) {
                      with_.copy(moved(sides_.b, b), false, 1, place(i), 1);
                    }
                  });
  return {view_of(place(0)), one_for_all ? 0 : step};
}

}  // namespace gpucompute::solving
