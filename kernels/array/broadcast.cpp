// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/broadcast.hpp"

namespace gpucompute {

std::optional<dimensions> broadcast_shapes(const dimensions& a, const dimensions& b) {
  const dimensions& wide = a.rank() >= b.rank() ? a : b;
  const dimensions& narrow = a.rank() >= b.rank() ? b : a;
  dimensions shape = wide;
  const std::size_t shift = wide.rank() - narrow.rank();
  for (std::size_t axis = 0; axis < narrow.rank(); ++axis) {
    std::int64_t& extent = shape[axis + shift];
    if (extent == 1) {
      extent = narrow[axis];
    } else if (narrow[axis] != 1 && narrow[axis] != extent) {
      return std::nullopt;
    }
  }
  return shape;
}

dimensions broadcast_strides(const dimensions& shape, const dimensions& strides, const dimensions& target) {
  dimensions result = dimensions::filled(target.rank(), 0);
  const std::size_t shift = target.rank() - shape.rank();
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    result[axis + shift] = shape[axis] == 1 ? 0 : strides[axis];
  }
  return result;
}

}  // namespace gpucompute
