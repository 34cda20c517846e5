// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <limits>

#include <gpucompute/array.hpp>
#include <gpucompute/error.hpp>
#include <gpucompute/view.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/checks.hpp"

namespace gpucompute {

namespace {

/// So that no sum of strides overflows, nor a stride times its extent.
void require_reach(dtype type, const dimensions& shape, const dimensions& strides) {
  if (element_count(shape) == 0) {
    return;
  }
  constexpr std::int64_t most = std::int64_t{1} << 62U;
  auto reach = static_cast<std::int64_t>(size_of(type));
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    std::int64_t along = 0;
    const bool overflow = shape[axis] != 1 && (__builtin_mul_overflow(strides[axis], shape[axis] - 1, &along) ||
                                               along == std::numeric_limits<std::int64_t>::min() ||
                                               __builtin_add_overflow(reach, std::abs(along), &reach));
    if (overflow || reach > most) {
      throw invalid_argument("array_view: expected elements within 2^62 bytes, got shape " + to_string(shape) +
                             " with strides " + to_string(strides));
    }
  }
}

std::size_t checked_size(dtype type) {
  require_dtype("array_view", type);
  return size_of(type);
}

}  // namespace

array_view::array_view(const void* data, dtype type, const dimensions& shape, const dimensions& strides) try
    : data_(data), type_(type), shape_(shape), strides_(strides) {
  require_dtype("array_view", type);
  if (shape.rank() != strides.rank()) {
    throw invalid_argument("array_view: expected one stride an extent, got shape " + to_string(shape) +
                           " and strides " + to_string(strides));
  }
  require_reach(type, shape, strides);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

array_view::array_view(const void* data, dtype type, const dimensions& shape) try
    : data_(data), type_(type), shape_(shape), strides_(c_strides(shape, checked_size(type))) {
  require_reach(type, shape, strides_);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

// What an array may not be was refused when it was made.
array_view::array_view(const array& source)
    : data_(source.data()), type_(source.type()), shape_(source.shape()), strides_(source.strides()) {}

mutable_view::mutable_view(array& source) : array_view(source) {}

}  // namespace gpucompute
