// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/passes/survey.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "cpu/runtime/small_buffer.hpp"
#include "cpu/runtime/team.hpp"
#include "cpu/solve/passes/views.hpp"

namespace gpucompute::cpu::passes {
namespace {

constexpr std::size_t largest_element = 16;
/// Row sums of so many rows stay in the second-level cache.
constexpr std::int64_t most_rows = 16384;

bool is_float_type(dtype type) { return is_floating(type) || is_complex(type); }

double largest_of(const double* values, std::int64_t count) {
  double most = 0;
  for (std::int64_t i = 0; i < count; ++i) most = values[i] > most ? values[i] : most;
  return most;
}

}  // namespace

/// What the threads' regions add up to: sums over regions that do not hold whole rows or columns, and the rest.
struct surveyor::totals {
  std::mutex lock;
  survey found;
  bool whole_rows, whole_columns;
  std::vector<double> row_sums, column_sums;
};

surveyor::surveyor(const solving::matrix_view& a)
    : a_(a), type_(is_float_type(a.type) ? a.type : float64), table_(best_table()) {
  const auto size = static_cast<std::int64_t>(size_of(type_));
  const auto part = static_cast<std::int64_t>(size_of(component(type_)));
  direct_ = a.type == type_ && (a.row_stride == size || a.rows == 1) && a.column_stride % part == 0 &&
            reinterpret_cast<std::uintptr_t>(a.data) % static_cast<std::uintptr_t>(part) == 0;
}

convert_function surveyor::convert_to(dtype type) const {
  return table_.convert[static_cast<std::size_t>(a_.type)][float_index(type)];
}

survey surveyor::run(const survey_request& request) const {
  totals all;
  if (request.bands) {  // full ones are seen at once
    const auto non_zero = [&](std::int64_t i, std::int64_t j) { return value(i, j) != std::pair<double, double>(); };
    all.found.lower = non_zero(a_.rows - 1, 0) ? a_.rows - 1 : 0;
    all.found.upper = non_zero(0, a_.columns - 1) ? a_.columns - 1 : 0;
  }
  const auto elements = static_cast<double>(a_.rows) * static_cast<double>(a_.columns);
  const double bytes = elements * static_cast<double>(size_of(type_)) * (request.copy.data != nullptr ? 2 : 1);
  const sharing how = sharing_worth(pass_nanoseconds(bytes), request.threads);
  const bool cut_rows = a_.rows > 8 * a_.columns;
  all.whole_rows = cut_rows || how.threads <= 1;
  all.whole_columns = !cut_rows || how.threads <= 1;
  if (!all.whole_rows) all.row_sums.resize(static_cast<std::size_t>(a_.rows));
  if (!all.whole_columns) all.column_sums.resize(static_cast<std::size_t>(a_.columns));
  parallel_ranges(
      how, cut_rows ? a_.rows : a_.columns, cut_rows ? 4096 : 2 * most_columns,
      [&](std::int64_t begin, std::int64_t end) {
        run_region(request, cut_rows ? region{begin, end, 0, a_.columns} : region{0, a_.rows, begin, end}, all);
      });
  survey& found = all.found;
  found.row_sum =
      std::max(found.row_sum, largest_of(all.row_sums.data(), static_cast<std::int64_t>(all.row_sums.size())));
  found.column_sum =
      std::max(found.column_sum, largest_of(all.column_sums.data(), static_cast<std::int64_t>(all.column_sums.size())));
  return found;
}

void surveyor::run_region(const survey_request& request, const region& part, totals& all) const {
  const std::int64_t height = std::min(part.bottom - part.top, direct_ ? most_rows : scratch_rows);
  const std::int64_t padded = (height + row_padding - 1) / row_padding * row_padding;
  small_buffer<double, 1024> row_sums(static_cast<std::size_t>(padded));
  small_buffer<double, 256> column_sums(static_cast<std::size_t>(part.right - part.left));
  std::fill_n(column_sums.data(), part.right - part.left, 0.0);
  alignas(64) char scratch[static_cast<std::size_t>(scratch_rows * most_columns) * largest_element];
  const auto size = static_cast<std::int64_t>(size_of(type_));
  const auto moduli = table_.moduli[float_index(type_)];
  const bool copied = request.copy.data != nullptr;
  const bool copied_along = copied && request.copy.type == type_;

  survey mine;
  {
    const std::lock_guard guard(all.lock);
    mine.lower = all.found.lower;
    mine.upper = all.found.upper;
  }
  for (std::int64_t top = part.top; top < part.bottom; top += height) {
    const std::int64_t rows = std::min(height, part.bottom - top);
    std::fill_n(row_sums.data(), padded, 0.0);
    for (std::int64_t left = part.left; left < part.right; left += most_columns) {
      const extent shape = {rows, std::min(most_columns, part.right - left)};
      columns from = {const_cast<char*>(element_at(a_, top, left)), a_.column_stride};
      if (!direct_) {
        from = {scratch, scratch_rows * size};
        convert_to(type_)(scattered_at(a_, top, left), from, shape, 1, false);
      }
      moduli(from, shape, copied_along ? columns_at(request.copy, top, left) : columns{}, request.scale,
             row_sums.data(), column_sums.data() + (left - part.left), mine.largest);
      if (copied && !copied_along) {
        convert_to(request.copy.type)(scattered_at(a_, top, left), columns_at(request.copy, top, left), shape, 1,
                                      false);
      }
      if (request.bands) widen_bands(from, {top, top + rows, left, left + shape.columns}, mine);
    }
    for (std::int64_t i = 0; i < rows && mine.finite_sums; ++i) {
      mine.finite_sums = row_sums[static_cast<std::size_t>(i)] <= std::numeric_limits<double>::max();
    }
    if (all.whole_rows) {
      mine.row_sum = std::max(mine.row_sum, largest_of(row_sums.data(), rows));
    } else {
      const std::lock_guard guard(all.lock);
      for (std::int64_t i = 0; i < rows; ++i) {
        all.row_sums[static_cast<std::size_t>(top + i)] += row_sums[static_cast<std::size_t>(i)];
      }
    }
  }
  const std::lock_guard guard(all.lock);
  survey& found = all.found;
  if (all.whole_columns) {
    found.column_sum = std::max(found.column_sum, largest_of(column_sums.data(), part.right - part.left));
  } else {
    for (std::int64_t j = part.left; j < part.right; ++j) {
      all.column_sums[static_cast<std::size_t>(j)] += column_sums[static_cast<std::size_t>(j - part.left)];
    }
  }
  found.finite_sums = found.finite_sums && mine.finite_sums;
  found.largest = std::max(found.largest, mine.largest);
  found.row_sum = std::max(found.row_sum, mine.row_sum);
  found.lower = std::max(found.lower, mine.lower);
  found.upper = std::max(found.upper, mine.upper);
}

void surveyor::widen_bands(const columns& from, const region& part, survey& mine) const {
  const auto size = static_cast<std::int64_t>(size_of(type_));
  const std::size_t index = float_index(type_);
  for (std::int64_t j = part.left; j < part.right; ++j) {
    const char* const column = static_cast<const char*>(from.data) + (j - part.left) * from.column_stride;
    const std::int64_t below = std::max(part.top, j + mine.lower + 1);
    if (below < part.bottom) {
      const std::int64_t last = table_.last_nonzero[index](column + (below - part.top) * size, part.bottom - below);
      if (last >= 0) mine.lower = below + last - j;
    }
    const std::int64_t above = std::min(part.bottom, j - mine.upper);
    if (above > part.top) {
      const std::int64_t first = table_.first_nonzero[index](column, above - part.top);
      if (first >= 0) mine.upper = j - (part.top + first);
    }
  }
}

std::int64_t surveyor::first_non_finite(std::int64_t begin, std::int64_t end, std::int64_t column) const {
  if (!is_float_type(a_.type)) return -1;
  double values[2 * scratch_rows];
  convert_to(complex128)(scattered_at(a_, begin, column), {values, 0}, {end - begin, 1}, 1, false);
  for (std::int64_t i = 0; i < 2 * (end - begin); ++i) {
    if (!std::isfinite(values[i])) return begin + i / 2;
  }
  return -1;
}

std::pair<double, double> surveyor::value(std::int64_t i, std::int64_t j) const {
  double parts[2];
  convert_to(complex128)(scattered_at(a_, i, j), {parts, 0}, {1, 1}, 1, false);
  return {parts[0], parts[1]};
}

void surveyor::compare(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right, bool& symmetric,
                       bool& hermitian) const {
  alignas(64) char mirrored[static_cast<std::size_t>(tile * tile) * largest_element];
  const extent shape = {bottom - top, right - left};
  const std::int64_t stride = shape.rows * static_cast<std::int64_t>(size_of(type_));
  const scattered mirror = {element_at(a_, left, top), a_.column_stride, a_.row_stride};
  convert_to(type_)(mirror, {mirrored, stride}, shape, 1, false);
  const auto run = table_.compare[float_index(type_)];
  if (direct_) {
    for (std::int64_t j = 0; j < shape.columns && (symmetric || hermitian); ++j) {
      run(element_at(a_, top, left + j), mirrored + j * stride, shape.rows, symmetric, hermitian);
    }
    return;
  }
  alignas(64) char tile_itself[static_cast<std::size_t>(tile * tile) * largest_element];
  convert_to(type_)(scattered_at(a_, top, left), {tile_itself, stride}, shape, 1, false);
  run(tile_itself, mirrored, shape.rows * shape.columns, symmetric, hermitian);
}

}  // namespace gpucompute::cpu::passes
