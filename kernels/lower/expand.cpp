// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/expand.hpp"

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"

namespace gpucompute::lower {
namespace {

std::vector<bool> reachable(const graph::graph& nodes, std::span<const graph::node_id> roots) {
  std::vector<bool> wanted(nodes.size(), false);
  for (const graph::node_id root : roots) {
    wanted[root] = true;
  }
  for (std::size_t id = nodes.size(); id-- > 0;) {
    if (wanted[id]) {
      for (const graph::node_id arg : nodes.args(static_cast<graph::node_id>(id))) {
        wanted[arg] = true;
      }
    }
  }
  return wanted;
}

parts literal(term_table& terms, const graph::node& node) {
  const term_kind kind = node.inlined ? term_kind::constant : term_kind::literal;
  const dtype type = component(node.type);
  if (!is_complex(node.type)) {
    return {terms.intern({.kind = kind, .type = type, .bits = node.value.low})};
  }
  const bool single = node.type == complex64;
  const std::uint64_t real = single ? node.value.low & 0xffffffffU : node.value.low;
  const std::uint64_t imag = single ? node.value.low >> 32U : node.value.high;
  return {terms.intern({.kind = kind, .type = type, .bits = real}),
          terms.intern({.kind = kind, .type = type, .bits = imag})};
}

}  // namespace

parts expansion::cast(const parts& value, dtype to) {
  if (is_complex(to)) {
    const dtype type = component(to);
    return {terms_.cast(value.real, type), value.complex() ? terms_.cast(value.imag, type) : terms_.constant(type, 0)};
  }
  if (to == bool_ && value.complex()) {
    const term_id one = terms_.constant(bool_, 1);
    return {
        terms_.apply(graph::op::where, bool_, {terms_.cast(value.real, bool_), one, terms_.cast(value.imag, bool_)})};
  }
  return {terms_.cast(value.real, to)};
}

const expansion::composite& expansion::composite_of(const graph::graph& nodes, graph::node_id id,
                                                    std::string_view text) {
  const graph::node& node = nodes[id];
  signature key{.operation = node.operation, .types = {}};
  for (std::size_t i = 0; i < node.arity; ++i) {
    key.types[i] = nodes[node.args[i]].type;
  }
  const auto [place, added] = composites_.try_emplace(key);
  if (added) {
    constexpr std::string_view names[] = {"a", "b", "c"};
    std::vector<language::bound_node> bound;
    bound.reserve(node.arity);
    graph::graph& made = place->second.nodes;
    for (std::uint32_t i = 0; i < node.arity; ++i) {
      bound.push_back({names[i], made.input(i, key.types[i])});
    }
    place->second.result = language::build_composite(made, text, bound);
  }
  return place->second;
}

parts expansion::apply(const graph::graph& nodes, graph::node_id id, std::span<const parts> values) {
  const graph::node& node = nodes[id];
  const std::string_view name = graph::row(node.operation).name;
  std::array<parts, 3> args;
  for (std::size_t i = 0; i < node.arity; ++i) {
    args[i] = values[node.args[i]];
  }
  const dtype compute = nodes[node.args[node.arity - 1U]].type;
  const graph::lowering_rule& rule = graph::lowering_of(node.operation, compute);
  switch (rule.how) {
    case graph::lowering::text: {
      const composite& made = composite_of(nodes, id, rule.text);
      return cast(expand(made.nodes, std::array{made.result}, {args.data(), node.arity})[0], node.type);
    }
    case graph::lowering::primitive:
    case graph::lowering::library: {
      term result{.kind = term_kind::apply, .type = node.type, .operation = node.operation, .arity = node.arity};
      for (std::size_t i = 0; i < node.arity; ++i) {
        if (args[i].complex()) {
          throw internal_error("lower: expected real arguments of a primitive, got a complex one of " +
                               std::string(name));
        }
        result.args[i] = args[i].real;
      }
      return {terms_.intern(result)};
    }
    case graph::lowering::structure:
      if (node.operation == graph::op::complex) {
        return {args[0].real, args[1].real};
      }
      return {node.operation == graph::op::imag ? args[0].imag : args[0].real};
    case graph::lowering::never:
      break;
  }
  throw internal_error("lower: expected a row that is lowered for its compute type, got " + std::string(name) + " of " +
                       std::string(gpucompute::name(compute)));
}

parts expansion::expand_node(const graph::graph& nodes, graph::node_id id, std::span<const parts> values,
                             std::span<const parts> inputs, const stage_function& stage) {
  const graph::node& node = nodes[id];
  switch (node.kind) {
    case graph::node_kind::input:
      return inputs[node.index];
    case graph::node_kind::literal:
      return literal(terms_, node);
    case graph::node_kind::cast:
      return cast(values[node.args[0]], node.type);
    case graph::node_kind::apply:
      return apply(nodes, id, values);
    case graph::node_kind::reduce:
    case graph::node_kind::contract:
      break;
  }
  if (!stage) {
    throw internal_error("lower: expected a composite without reductions and contractions, got one");
  }
  return stage(id, values);
}

std::vector<parts> expansion::expand(const graph::graph& nodes, std::span<const graph::node_id> roots,
                                     std::span<const parts> inputs, const stage_function& stage) {
  const std::vector<bool> wanted = reachable(nodes, roots);
  std::vector<parts> values(nodes.size());
  for (graph::node_id id = 0; id < nodes.size(); ++id) {
    if (wanted[id]) {
      values[id] = expand_node(nodes, id, values, inputs, stage);
    }
  }
  std::vector<parts> results;
  results.reserve(roots.size());
  for (const graph::node_id root : roots) {
    results.push_back(values[root]);
  }
  return results;
}

}  // namespace gpucompute::lower
