// SPDX-License-Identifier: Apache-2.0
#include "kernels/evaluate/contract.hpp"

#include <algorithm>

namespace gpucompute::evaluation {
namespace {

/// The rows, columns and summed elements of a launch's matrix product, and how many dimensions are looped over around it.
struct product_extents {
  std::size_t around;
  std::int64_t rows, columns, length;

  explicit product_extents(const lower::launch& which)
      : around(which.kept.rank() - 2),
        rows(which.kept[around]),
        columns(which.kept[around + 1]),
        length(which.reduced[0]) {}
};

/// Steps to the next product; false after the last one.
bool advance(const lower::launch& which, std::size_t around, dimensions& at, std::array<char*, 3>& data) {
  for (std::size_t axis = around; axis-- > 0;) {
    const bool ends = ++at[axis] == which.kept[axis];
    const std::int64_t steps = ends ? 1 - which.kept[axis] : 1;
    for (std::size_t k = 0; k < data.size(); ++k) {
      data[k] += steps * which.operands[k].kept_strides[axis];
    }
    if (!ends) {
      return true;
    }
    at[axis] = 0;
  }
  return false;
}

}  // namespace

void contract(solving::solver& by, const lower::launch& which, std::span<void* const> pointers, int threads) {
  const auto [around, rows, columns, length] = product_extents(which);
  const dtype type = which.kernel->outputs[0].type;
  const auto element = static_cast<std::int64_t>(size_of(type));
  const auto stride = [&, first = around](std::size_t operand, std::size_t axis) {
    return which.operands[operand].kept_strides[first + axis];
  };
  solving::matrix_view a{nullptr, type, rows, length, stride(0, 0), which.operands[0].reduced_strides[0]};
  solving::matrix_view b{nullptr, type, length, columns, which.operands[1].reduced_strides[0], stride(1, 1)};
  solving::block c{nullptr, type, rows, columns, columns == 1 ? rows : stride(2, 1) / element};
  // A block is column-major. What is contiguous along rows is the block of the transposed product; a row becomes a column,
  // which is what BLAS has a function for.
  const bool by_rows = rows == 1 ? columns > 1 && stride(2, 1) == element : stride(2, 0) != element;
  if (by_rows) {
    std::swap(a, b);
    a = solving::transposed(a);
    b = solving::transposed(b);
    c = {nullptr, type, columns, rows, rows == 1 ? columns : stride(2, 0) / element};
  }
  const int most = by.most_threads();
  const int used = threads == 0 ? most : std::min(threads, most);
  std::array<char*, 3> data{};
  std::transform(pointers.begin(), pointers.end(), data.begin(), [](void* at) { return static_cast<char*>(at); });
  dimensions at = dimensions::filled(around, 0);
  do {
    a.data = data[by_rows ? 1 : 0];
    b.data = data[by_rows ? 0 : 1];
    c.data = data[2];
    by.multiply(1, a, solving::apply::none, b, 0, c, used);
  } while (advance(which, around, at, data));
}

std::string contraction_text(const lower::launch& which) {
  const auto [around, rows, columns, length] = product_extents(which);
  std::int64_t times = 1;
  for (std::size_t axis = 0; axis < around; ++axis) {
    times *= which.kept[axis];
  }
  return "gemm " + std::to_string(rows) + " x " + std::to_string(columns) + " x " + std::to_string(length) + " of " +
         std::string(name(which.kernel->outputs[0].type)) + (times == 1 ? "" : ", " + std::to_string(times) + " times");
}

}  // namespace gpucompute::evaluation
