// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/layouts.hpp"

#include <cstring>

namespace gpucompute::testing {
namespace {

std::int64_t offset_of(const dimensions& index, const dimensions& strides) {
  std::int64_t offset = 0;
  for (std::size_t axis = 0; axis < index.rank(); ++axis) {
    offset += index[axis] * strides[axis];
  }
  return offset;
}

/// Next index in C order.
void advance(dimensions& index, const dimensions& shape) {
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    if (++index[axis] < shape[axis]) {
      return;
    }
    index[axis] = 0;
  }
}

dimensions fortran_strides(const dimensions& shape, std::size_t element) {
  dimensions strides = dimensions::filled(shape.rank(), 0);
  auto stride = static_cast<std::int64_t>(element);
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

}  // namespace

std::string_view name(layout which) {
  constexpr std::string_view names[] = {"as given", "strided", "reversed", "unaligned", "transposed", "offset"};
  return names[static_cast<std::size_t>(which)];
}

laid_out lay_out(const array_view& source, layout which) {
  if (which == layout::as_given) {
    return {{}, source};
  }
  const dimensions& shape = source.shape();
  const std::size_t element = size_of(source.type());
  const std::size_t spread = which == layout::strided ? 2 : 1;
  dimensions whole = shape;
  for (std::size_t axis = 0; which == layout::offset && axis < shape.rank(); ++axis) {
    whole[axis] += 3;
  }
  dimensions strides =
      which == layout::transposed ? fortran_strides(shape, element) : c_strides(whole, element * spread);
  std::int64_t first = which == layout::unaligned ? 1 : 0;
  for (std::size_t axis = 0; axis < shape.rank() && source.size() > 0; ++axis) {
    if (which == layout::reversed) {
      first += (shape[axis] - 1) * strides[axis];
      strides[axis] = -strides[axis];
    }
    first += which == layout::offset ? strides[axis] : 0;
  }
  laid_out result{std::vector<std::byte>(static_cast<std::size_t>(element_count(whole)) * element * spread + 2), {}};
  result.view = array_view(result.memory.data() + first, source.type(), shape, strides);
  dimensions index = dimensions::filled(shape.rank(), 0);
  for (std::int64_t i = 0; i < source.size(); ++i, advance(index, shape)) {
    std::memcpy(result.memory.data() + first + offset_of(index, strides),
                static_cast<const std::byte*>(source.data()) + offset_of(index, source.strides()), element);
  }
  return result;
}

array_view as_matrix(const array_view& source) {
  const std::int64_t columns = source.size() >= 10 ? 5 : 1;
  return {source.data(), source.type(), {source.size() / columns, columns}};
}

array_view with_stride_zero(const array_view& source, bool rows_equal) {
  const array_view matrix = as_matrix(source);
  const auto element = static_cast<std::int64_t>(size_of(source.type()));
  return {matrix.data(), matrix.type(), matrix.shape(), rows_equal ? dimensions{0, element} : dimensions{element, 0}};
}

}  // namespace gpucompute::testing
