// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

#include "kernels/language/compile.hpp"
#include "kernels/lower/plan.hpp"

namespace gpucompute::lower {

/// An input of a text that is planned: C order unless strides are given.
struct planned_input {
  std::string name;
  dtype type;
  dimensions shape;
  dimensions strides = {};
  bool aligned = true;
};

inline layout layout_of(const planned_input& input) {
  const bool given = input.strides.rank() == input.shape.rank() && !input.shape.empty();
  return {input.type, input.shape, given ? input.strides : c_strides(input.shape, size_of(input.type)), input.aligned};
}

/// The plan of a text; without `outputs` for its last statement into fresh memory. Every kernel is verified.
inline plan planned(const std::string& text, const std::vector<planned_input>& inputs,
                    std::vector<output_request> outputs = {}, const std::vector<overlap>& overlaps = {}) {
  std::vector<language::binding> bindings;
  bindings.reserve(inputs.size());
  for (const planned_input& input : inputs) {
    bindings.push_back({input.name, input.type});
  }
  const language::typed_text typed = language::compile_text(text, bindings);
  std::vector<layout> layouts;
  for (const graph::typed_input& used : typed.program->inputs) {
    for (const planned_input& input : inputs) {
      if (input.name == used.name) {
        layouts.push_back(layout_of(input));
      }
    }
  }
  if (outputs.empty()) {
    outputs.push_back({.result = static_cast<std::uint32_t>(typed.program->results.size()) - 1});
  }
  plan made = make_plan(*lower(*typed.program), layouts, outputs, overlaps);
  for (const launch& each : made.launches) {
    verify(*each.kernel);
  }
  return made;
}

/// Of each launch, in their order.
inline std::vector<schedule> schedules(const plan& made) {
  std::vector<schedule> all;
  all.reserve(made.launches.size());
  for (const launch& each : made.launches) {
    all.push_back(each.kernel->schedule);
  }
  return all;
}

}  // namespace gpucompute::lower
