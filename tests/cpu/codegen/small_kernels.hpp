// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "tests/common/kernel_builder.hpp"

namespace gpucompute::testing {

/// out = (x*y + p) for reals of `type`.
inline lower::kernel multiply_add(dtype type) {
  lower::kernel kernel;
  kernel.inputs = {{.type = type}, {.type = type}};
  kernel.outputs = {{.type = type}};
  kernel.parameters = {type};
  code_builder make(kernel.body);
  const auto product = make.apply(graph::op::multiply, type, {make.load(0, type), make.load(1, type)});
  kernel.body.results = {make.apply(graph::op::add, type, {product, make.parameter(0, type)})};
  return kernel;
}

/// out = sin(x) + x
inline lower::kernel sine_plus(dtype type) {
  lower::kernel kernel;
  kernel.inputs = {{.type = type}};
  kernel.outputs = {{.type = type}};
  code_builder make(kernel.body);
  const auto x = make.load(0, type);
  kernel.body.results = {make.apply(graph::op::add, type, {make.apply(graph::op::sin, type, {x}), x})};
  return kernel;
}

}  // namespace gpucompute::testing
