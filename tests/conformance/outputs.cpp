// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/outputs.hpp"

#include <stdexcept>
#include <vector>

namespace gpucompute::testing {

std::string_view name(output which) {
  constexpr std::string_view names[] = {"into out", "into strided out", "into cast out"};
  return names[static_cast<std::size_t>(which)];
}

dtype cast_of(dtype type) {
  switch (type) {
    case bool_:
      return int16;
    case int8:
      return int32;
    case uint8:
      return uint32;
    case int16:
    case int32:
      return int8;
    case uint16:
    case uint32:
      return uint64;
    case int64:
      return int32;
    case uint64:
      return uint16;
    case float32:
      return float64;
    case float64:
      return float32;
    case complex64:
      return complex128;
    case complex128:
      return complex64;
  }
  return type;
}

array evaluate_into(output which, std::string_view text, const std::vector<argument>& inputs, dtype type,
                    const dimensions& shape, const evaluate_options& options) {
  constexpr auto untouched = std::byte{0xA5};
  const bool spread = which == output::strided;
  const auto element = size_of(type);
  const auto count = static_cast<std::size_t>(element_count(shape));
  std::vector<std::byte> memory(count * element * (spread ? 3 : 1) + element, untouched);
  dimensions strides = c_strides(shape, element * (spread ? 3 : 1));
  std::size_t first = 0;
  for (std::size_t axis = 0; spread && count > 0 && axis < shape.rank(); ++axis) {
    first += static_cast<std::size_t>((shape[axis] - 1) * strides[axis]);
    strides[axis] = -strides[axis];
  }
  const mutable_view view(memory.data() + first, type, shape, strides);
  evaluate_options into = options;
  into.out = view;
  evaluate(text, inputs, into);
  for (std::size_t i = 0; i < memory.size(); ++i) {
    const bool between = i >= count * element * (spread ? 3 : 1) || (spread && i % (3 * element) >= element);
    if (between && memory[i] != untouched) {
      throw std::runtime_error("byte " + std::to_string(i) + " between the elements of out has changed");
    }
  }
  return array::from(view);
}

}  // namespace gpucompute::testing
