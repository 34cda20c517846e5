// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/lowered.hpp"

#include <algorithm>

#include "kernels/lower/reductions.hpp"

namespace gpucompute::lower {
namespace {

/// The inputs and reductions that `root` is made of.
space space_of(const graph::graph& nodes, graph::node_id root, std::span<const std::uint32_t> reduction_numbers) {
  std::vector<bool> seen(nodes.size(), false);
  std::vector<graph::node_id> pending{root};
  space found;
  while (!pending.empty()) {
    const graph::node_id id = pending.back();
    pending.pop_back();
    if (seen[id]) {
      continue;
    }
    seen[id] = true;
    const graph::node& node = nodes[id];
    if (node.kind == graph::node_kind::input) {
      found.inputs.push_back(node.index);
    } else if (node.kind == graph::node_kind::reduce) {
      found.reductions.push_back(reduction_numbers[id]);
    } else {
      pending.insert(pending.end(), node.args.begin(), node.args.begin() + node.arity);
    }
  }
  for (std::vector<std::uint32_t>* list : {&found.inputs, &found.reductions}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return found;
}

}  // namespace

std::shared_ptr<const lowered> lower(const graph::program& program) {
  auto made = std::make_shared<lowered>();
  std::vector<parts> inputs;
  for (std::uint32_t i = 0; i < program.inputs.size(); ++i) {
    const dtype type = program.inputs[i].type;
    made->inputs.push_back(type);
    term load{.kind = term_kind::input, .type = component(type), .index = i};
    inputs.push_back({made->terms.intern(load)});
    if (is_complex(type)) {
      load.lane = 1;
      inputs.back().imag = made->terms.intern(load);
    }
  }
  std::vector<graph::node_id> roots;
  roots.reserve(program.results.size());
  for (const graph::typed_result& result : program.results) {
    roots.push_back(result.value);
  }
  expansion expand(made->terms);
  reduction_expander reductions(*made, expand);
  std::vector<std::uint32_t> numbers(program.nodes.size(), 0);
  const std::vector<parts> values =
      expand.expand(program.nodes, roots, inputs, [&](graph::node_id id, const parts& expanded) {
        const graph::node& node = program.nodes[id];
        const graph::node_id reduced = node.args[0];
        return reductions.reduce(node, program.nodes.axes(node.index), expanded, program.nodes[reduced].type,
                                 space_of(program.nodes, reduced, numbers), numbers[id]);
      });
  for (std::size_t i = 0; i < roots.size(); ++i) {
    made->results.push_back({values[i], program.nodes[roots[i]].type, space_of(program.nodes, roots[i], numbers)});
  }
  return made;
}

}  // namespace gpucompute::lower
