// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstring>
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/inspect.hpp"
#include "cpu/solve/passes/views.hpp"
#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu {
namespace {

void copy_bytes(const solving::matrix_view& from, passes::columns to, std::int64_t begin, std::int64_t end) {
  const auto column = static_cast<std::size_t>(from.rows) * size_of(from.type);
  auto* at = static_cast<char*>(to.data);
  if (from.column_stride == static_cast<std::int64_t>(column) && to.column_stride == from.column_stride) {
    std::memcpy(at, passes::element_at(from, 0, begin), column * static_cast<std::size_t>(end - begin));
    return;
  }
  for (std::int64_t j = begin; j < end; ++j, at += to.column_stride) {
    std::memcpy(at, passes::element_at(from, 0, j), column);
  }
}

}  // namespace

void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to, int threads) {
  const auto size = static_cast<std::int64_t>(size_of(from.type));
  const bool floats = is_floating(to.type) || is_complex(to.type);
  const auto run = floats
                       ? passes::best_table().convert[static_cast<std::size_t>(from.type)][passes::float_index(to.type)]
                       : nullptr;
  if (run == nullptr || from.rows != to.rows || from.columns != to.columns) {
    throw internal_error(expectation("copy", "a floating target of the same shape, complex for complex",
                                     std::string(name(from.type)) + " into " + std::string(name(to.type))));
  }
  if (from.rows == 0 || from.columns == 0) {
    return;
  }
  const bool bytes_alone = from.type == to.type && scale == 1 && !(conjugate && is_complex(from.type)) &&
                           (from.row_stride == size || from.rows == 1);
  const double bytes = static_cast<double>(from.rows) * static_cast<double>(from.columns) *
                       static_cast<double>(size_of(from.type) + size_of(to.type));
  const std::int64_t grain = std::max<std::int64_t>(1, 4096 / from.rows);
  parallel_ranges(sharing_worth(passes::pass_nanoseconds(bytes), threads), from.columns, grain,
                  [&](std::int64_t begin, std::int64_t end) {
                    const passes::columns target = passes::columns_at(to, 0, begin);
                    if (bytes_alone) {
                      copy_bytes(from, target, begin, end);
                    } else {
                      run(passes::scattered_at(from, 0, begin), target, {from.rows, end - begin}, scale, conjugate);
                    }
                  });
}

}  // namespace gpucompute::cpu
