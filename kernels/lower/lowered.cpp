// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/lowered.hpp"

#include <algorithm>

#include "kernels/lower/reductions.hpp"

namespace gpucompute::lower {
namespace {

/// The inputs, reductions and contractions that `root` is made of; numbers[id]: those of nodes that are one.
space space_of(const graph::graph& nodes, graph::node_id root, std::span<const std::uint32_t> numbers) {
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
      found.reductions.push_back(numbers[id]);
    } else if (node.kind == graph::node_kind::contract) {
      found.contractions.push_back(numbers[id]);
    } else {
      pending.insert(pending.end(), node.args.begin(), node.args.begin() + node.arity);
    }
  }
  for (std::vector<std::uint32_t>* list : {&found.inputs, &found.reductions, &found.contractions}) {
    std::sort(list->begin(), list->end());
    list->erase(std::unique(list->begin(), list->end()), list->end());
  }
  return found;
}

/// Adds a contraction and returns its result.
parts contract(lowered& target, const graph::node& node, lowered_contraction made) {
  std::vector<term_id> needed;
  for (const parts& operand : made.operands) {
    append_lanes(operand, needed);
  }
  made.product = node.product;
  made.type = node.type;
  made.reductions = target.reductions.size();
  made.level = level_of(target, needed);
  term result{.kind = term_kind::product,
              .type = component(node.type),
              .index = static_cast<std::uint32_t>(target.contractions.size())};
  target.contractions.push_back(std::move(made));
  parts value{target.terms.intern(result)};
  if (is_complex(node.type)) {
    result.lane = 1;
    value.imag = target.terms.intern(result);
  }
  return value;
}

}  // namespace

int level_of(const lowered& program, std::span<const term_id> needed) {
  int level = 0;
  std::vector<bool> seen(program.terms.size(), false);
  std::vector<term_id> pending(needed.begin(), needed.end());
  while (!pending.empty()) {
    const term_id id = pending.back();
    pending.pop_back();
    if (seen[id]) {
      continue;
    }
    seen[id] = true;
    const term& which = program.terms[id];
    if (which.kind == term_kind::state) {
      level = std::max(level, program.reductions[which.index].level + 1);
    } else if (which.kind == term_kind::product) {
      level = std::max(level, program.contractions[which.index].level + 1);
    }
    pending.insert(pending.end(), which.args.begin(), which.args.begin() + which.arity);
  }
  return level;
}

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
      expand.expand(program.nodes, roots, inputs, [&](graph::node_id id, std::span<const parts> known) {
        const graph::node& node = program.nodes[id];
        const auto over = [&](std::size_t argument) { return space_of(program.nodes, node.args[argument], numbers); };
        if (node.kind == graph::node_kind::contract) {
          numbers[id] = static_cast<std::uint32_t>(made->contractions.size());
          return contract(*made, node,
                          {.operands = {known[node.args[0]], known[node.args[1]]}, .over = {over(0), over(1)}});
        }
        const graph::node_id reduced = node.args[0];
        return reductions.reduce(node, program.nodes.axes(node.index), known[reduced], program.nodes[reduced].type,
                                 over(0), numbers[id]);
      });
  for (std::size_t i = 0; i < roots.size(); ++i) {
    made->results.push_back({values[i], program.nodes[roots[i]].type, space_of(program.nodes, roots[i], numbers)});
  }
  return made;
}

}  // namespace gpucompute::lower
