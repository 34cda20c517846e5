// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/graph.hpp"

#include <algorithm>
#include <functional>

namespace gpucompute::graph {

std::size_t graph::hash::operator()(const node& value) const {
  std::size_t seed = 0;
  const auto mix = [&seed](std::uint64_t part) {
    seed ^= std::hash<std::uint64_t>{}(part) + 0x9e3779b97f4a7c15ULL + (seed << 6U) + (seed >> 2U);
  };
  mix(static_cast<std::uint64_t>(value.kind) | static_cast<std::uint64_t>(value.type) << 8U |
      static_cast<std::uint64_t>(value.operation) << 16U | static_cast<std::uint64_t>(value.reducer) << 32U |
      static_cast<std::uint64_t>(value.inlined) << 40U | static_cast<std::uint64_t>(value.product) << 48U);
  mix(value.index);
  mix(value.value.low);
  mix(value.value.high);
  for (std::size_t i = 0; i < value.arity; ++i) {
    mix(value.args[i]);
  }
  return seed;
}

node_id graph::intern(const node& candidate) {
  const auto [place, added] = known_.try_emplace(candidate, static_cast<node_id>(nodes_.size()));
  if (added) {
    nodes_.push_back(candidate);
  }
  return place->second;
}

node_id graph::input(std::uint32_t index, dtype type) {
  return intern({.kind = node_kind::input, .type = type, .index = index});
}

node_id graph::constant(dtype type, literal value, bool inlined) {
  return intern({.kind = node_kind::literal, .type = type, .inlined = inlined, .value = value});
}

node_id graph::cast(node_id value, dtype type) {
  if (nodes_[value].type == type) {
    return value;
  }
  return intern({.kind = node_kind::cast, .type = type, .arity = 1, .args = {value}});
}

node_id graph::apply(op operation, dtype result, std::span<const node_id> arguments) {
  node made{.kind = node_kind::apply,
            .type = result,
            .operation = operation,
            .arity = static_cast<std::uint8_t>(arguments.size())};
  std::copy(arguments.begin(), arguments.end(), made.args.begin());
  return intern(made);
}

node_id graph::reduce(reduction reducer, dtype result, node_id value, const reduction_axes& axes) {
  const auto known = std::find(axes_.begin(), axes_.end(), axes);
  const auto index = static_cast<std::uint32_t>(known - axes_.begin());
  if (known == axes_.end()) {
    axes_.push_back(axes);
  }
  return intern(
      {.kind = node_kind::reduce, .type = result, .reducer = reducer, .arity = 1, .index = index, .args = {value}});
}

node_id graph::contract(contraction product, node_id a, node_id b) {
  contracts_ = true;
  return intern({.kind = node_kind::contract, .type = nodes_[a].type, .product = product, .arity = 2, .args = {a, b}});
}

}  // namespace gpucompute::graph
