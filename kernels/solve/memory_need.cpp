// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/memory_need.hpp"

#include <algorithm>
#include <cmath>

#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"

namespace gpucompute::solving {
namespace {

// What is left is asked of the system, which takes longer than a small solve; so little is there or is found missing when
// it is allocated.
constexpr double not_worth_asking = 256.0 * 1024 * 1024;

std::string gigabytes(double megabytes) {
  std::string text = std::to_string(megabytes / 1e3);
  return text.substr(0, text.find('.') + 4) + " GB";
}

/// The largest square system of this kind whose need is within `bytes`.
std::int64_t largest_order(planned_for size, keep how, double bytes) {
  std::int64_t low = 0;
  std::int64_t high = std::max(size.rows, size.columns);
  while (high - low > 1) {
    const std::int64_t middle = low + (high - low) / 2;
    size.rows = size.columns = middle;
    (bytes_needed(size, how) <= bytes ? low : high) = middle;
  }
  return low;
}

}  // namespace

double bytes_needed(const planned_for& size, keep how) {
  const auto rows = static_cast<double>(size.rows);
  const auto columns = static_cast<double>(size.columns);
  const double copies = (size.given_up ? 0 : 1) + (how == keep::copied && !size.given_up ? 1 : 0);
  // x with one more column for the screening, and the residual.
  const double sides = std::max(rows, columns) * (2 * static_cast<double>(size.right_hand_sides) + 1);
  return (copies * rows * columns + sides) * static_cast<double>(size_of(size.type));
}

void require_memory(const char* function, const planned_for& size, const solver& with, keep how) {
  const double needed = bytes_needed(size, how);
  if (needed < not_worth_asking) {
    return;
  }
  const auto left = static_cast<double>(with.free_bytes());
  if (needed <= left) {
    return;
  }
  const auto bytes = needed < 0x1p63 ? static_cast<std::size_t>(needed) : ~std::size_t{0};
  throw out_of_memory(
      expectation(function,
                  "a system that fits into the " + gigabytes(std::floor(left / 1e6)) + " of memory that are left",
                  "a need of " + gigabytes(std::ceil(needed / 1e6)) + " (A: " + std::to_string(size.rows) + " x " +
                      std::to_string(size.columns) + " " + std::string(name(size.type)) + ", its factors and " +
                      counted(size.right_hand_sides, "right-hand side") +
                      "); the largest square system of this kind that fits has n = " +
                      std::to_string(largest_order(size, how, left))),
      bytes);
}

}  // namespace gpucompute::solving
