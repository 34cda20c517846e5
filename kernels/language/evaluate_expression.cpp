// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gpucompute/error.hpp>
#include <gpucompute/expression.hpp>

#include "kernels/array/boundary.hpp"

namespace gpucompute {
namespace {

/// Says what the names in a message are, which stand for operands that have none.
template <typename Error>
[[noreturn]] void refuse(const Error& refusal) {
  throw Error(refusal.what() + std::string("\n(v0, v1, ...: the arrays of the expression in their order)"),
              refusal.where());
}

array evaluate_text(const expression::rendered& form, const arguments& inputs, const evaluate_options& options) try {
  return evaluate(form.text, inputs, options);
} catch (const type_error& refusal) {
  refuse(refusal);
} catch (const shape_error& refusal) {
  refuse(refusal);
} catch (const name_error& refusal) {
  refuse(refusal);
} catch (const syntax_error& refusal) {
  refuse(refusal);
}

}  // namespace

array evaluate(const expression& what, const evaluate_options& options) try {
  const expression::rendered form = what.render();
  std::vector<argument> inputs;
  inputs.reserve(form.names.size());
  for (std::size_t i = 0; i < form.names.size(); ++i) {
    inputs.push_back({form.names[i], form.values[i]});
  }
  return evaluate_text(form, inputs, options);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
