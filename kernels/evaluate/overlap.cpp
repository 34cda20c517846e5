// SPDX-License-Identifier: Apache-2.0
#include "kernels/evaluate/overlap.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace gpucompute::evaluation {
namespace {

/// Half-open bytes from the first element that an array touches.
struct extent {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

/// Dimensions whose stride is a multiple of `period` count as standing still; period 0: none does.
extent extent_of(const array_view& a, std::int64_t period) {
  extent bytes{0, static_cast<std::int64_t>(size_of(a.type()))};
  for (std::size_t axis = 0; axis < a.rank(); ++axis) {
    const std::int64_t stride = a.strides()[axis];
    if (period == 0 || stride % period != 0) {
      (stride < 0 ? bytes.low : bytes.high) += stride * (a.shape()[axis] - 1);
    }
  }
  return bytes;
}

/// Whether a and b, seen modulo `period`, lie on different arcs of a circle. distance: first byte of b from that of a.
bool interleave(const array_view& a, const array_view& b, std::int64_t distance, std::int64_t period) {
  const extent in_a = extent_of(a, period);
  const extent in_b = extent_of(b, period);
  const std::int64_t length_a = in_a.high - in_a.low;
  const std::int64_t length_b = in_b.high - in_b.low;
  if (length_a + length_b > period) {
    return false;
  }
  const std::int64_t start = ((distance + in_b.low - in_a.low) % period + period) % period;
  return start >= length_a && start + length_b <= period;
}

bool interleave_somehow(const array_view& a, const array_view& b, std::int64_t distance) {
  std::int64_t common = 0;
  for (const array_view* each : {&a, &b}) {
    for (std::size_t axis = 0; axis < each->rank(); ++axis) {
      if (each->shape()[axis] != 1) {
        common = std::gcd(common, each->strides()[axis]);
      }
    }
  }
  if (common > 0 && interleave(a, b, distance, common)) {
    return true;
  }
  for (const array_view* each : {&a, &b}) {
    for (std::size_t axis = 0; axis < each->rank(); ++axis) {
      // The stride along one element may be any number.
      const std::int64_t period = each->shape()[axis] != 1 ? std::abs(each->strides()[axis]) : 0;
      if (period > 0 && interleave(a, b, distance, period)) {
        return true;
      }
    }
  }
  return false;
}

bool same_layout(const array_view& a, const array_view& b) {
  if (size_of(a.type()) != size_of(b.type()) || a.shape() != b.shape()) {
    return false;
  }
  for (std::size_t axis = 0; axis < a.rank(); ++axis) {
    if (a.shape()[axis] != 1 && a.strides()[axis] != b.strides()[axis]) {
      return false;
    }
  }
  return true;
}

}  // namespace

lower::overlap overlap_of(const void* a_data, const array_view& a, const void* b_data, const array_view& b) {
  // As integers: the two may come from different allocations.
  const auto distance =
      static_cast<std::int64_t>(reinterpret_cast<std::uintptr_t>(b_data) - reinterpret_cast<std::uintptr_t>(a_data));
  const extent in_a = extent_of(a, 0);
  const extent in_b = extent_of(b, 0);
  if (distance + in_b.low >= in_a.high || in_a.low >= distance + in_b.high) {
    return lower::overlap::none;
  }
  if (a.size() == 0 || b.size() == 0) {  // whose extents above mean nothing
    return lower::overlap::none;
  }
  if (distance == 0 && same_layout(a, b)) {
    return lower::overlap::exact;
  }
  return interleave_somehow(a, b, distance) ? lower::overlap::none : lower::overlap::partial;
}

bool elements_are_apart(const array_view& a) {
  if (a.rank() == 1) {
    return a.shape()[0] <= 1 || std::abs(a.strides()[0]) >= static_cast<std::int64_t>(size_of(a.type()));
  }
  if (a.size() <= 1) {
    return true;
  }
  struct step {
    std::int64_t stride, extent;
  };
  step steps[max_rank];
  std::size_t count = 0;
  for (std::size_t axis = 0; axis < a.rank(); ++axis) {
    if (a.shape()[axis] != 1) {
      steps[count++] = {std::abs(a.strides()[axis]), a.shape()[axis]};
    }
  }
  std::sort(steps, steps + count, [](const step& x, const step& y) { return x.stride < y.stride; });
  auto reach = static_cast<std::int64_t>(size_of(a.type()));
  for (std::size_t i = 0; i < count; ++i) {
    if (steps[i].stride < reach) {
      return false;
    }
    reach += steps[i].stride * (steps[i].extent - 1);
  }
  return true;
}

}  // namespace gpucompute::evaluation
