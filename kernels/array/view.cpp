// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/array.hpp>
#include <gpucompute/error.hpp>
#include <gpucompute/view.hpp>

#include "kernels/array/checks.hpp"

namespace gpucompute {

array_view::array_view(const void* data, dtype type, const dimensions& shape, const dimensions& strides)
    : data_(data), type_(type), shape_(shape), strides_(strides) {
  require_dtype("array_view", type);
  if (shape.rank() != strides.rank()) {
    throw invalid_argument("array_view: one stride an extent, got shape " + to_string(shape) + " and strides " +
                           to_string(strides));
  }
  element_count(shape);
}

array_view::array_view(const void* data, dtype type, const dimensions& shape)
    : data_(data), type_(type), shape_(shape) {
  require_dtype("array_view", type);
  element_count(shape);
  strides_ = c_strides(shape, size_of(type));
}

array_view::array_view(const array& source) : array_view(source.data(), source.type(), source.shape()) {}

mutable_view::mutable_view(array& source) : array_view(source) {}

}  // namespace gpucompute
