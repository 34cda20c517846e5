// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/expression.hpp>

#include "kernels/array/boundary.hpp"

namespace gpucompute {

array evaluate(const expression& what, const evaluate_options& options) try {
  const expression::rendered form = what.render();
  std::vector<argument> inputs;
  inputs.reserve(form.names.size());
  for (std::size_t i = 0; i < form.names.size(); ++i) {
    inputs.push_back({form.names[i], form.values[i]});
  }
  return evaluate(form.text, inputs, options);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
