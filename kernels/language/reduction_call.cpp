// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <gpucompute/dimensions.hpp>

#include "kernels/language/builder.hpp"
#include "kernels/language/diagnostics.hpp"

namespace gpucompute::language {

using graph::weakness;

namespace {

/// What does between two arrays, element by element, what a reduction does along one.
std::string between_two(std::string_view reducer) {
  struct pair {
    std::string_view reducer, written;
  };
  constexpr std::array<pair, 6> known = {{{"min", "minimum(x, y)"},
                                          {"max", "maximum(x, y)"},
                                          {"sum", "x + y"},
                                          {"prod", "x * y"},
                                          {"any", "(x != 0) | (y != 0)"},
                                          {"all", "(x != 0) & (y != 0)"}}};
  for (const pair& each : known) {
    if (each.reducer == reducer) {
      return "; of two arrays, element by element: " + std::string(each.written);
    }
  }
  return {};
}

}  // namespace

int builder::axis_number(std::uint32_t index, std::string_view hint) const {
  const value& v = of(index);
  constexpr auto most = static_cast<int>(max_rank);
  if (v.type.weak != weakness::integer || v.literal.integer < -most || v.literal.integer >= most) {
    fail<type_error>("expression: expected an axis number from -32 to 31, got " + describe(index) + std::string(hint),
                     source_.text, source_.nodes[index].where);
  }
  return static_cast<int>(v.literal.integer);
}

void builder::read_axis(graph::reduction reducer, std::uint32_t index, graph::reduction_axes& axes,
                        std::string_view hint) const {
  const tree_node& given = source_.nodes[index];
  if (given.kind == tree_kind::none) {
    return;
  }
  axes.all = false;
  if (given.kind != tree_kind::tuple) {
    axes.axes = {axis_number(index, hint)};
    return;
  }
  if (graph::row(reducer).rule == "position") {
    fail<type_error>(
        "expression: expected one axis or none for " + std::string(graph::row(reducer).name) + ", got a tuple",
        source_.text, given.where);
  }
  for (const std::uint32_t child : given.children) {
    const int axis = axis_number(child);
    if (std::find(axes.axes.begin(), axes.axes.end(), axis) != axes.axes.end()) {
      fail<type_error>("expression: expected each axis once, got " + std::to_string(axis) + " again", source_.text,
                       source_.nodes[child].where);
    }
    axes.axes.push_back(axis);
  }
}

value builder::reduce(graph::reduction reducer, const tree_node& node) {
  const graph::reduction_row& row = graph::row(reducer);
  const std::string called(source_.at(node.place));
  if (node.children.empty() || node.children.size() > 2) {
    fail<syntax_error>("expression: expected one array and an axis for " + called + ", got " +
                           std::to_string(node.children.size()) + " arguments" +
                           (node.children.empty() ? "" : between_two(row.name)),
                       source_.text, node.where);
  }
  graph::reduction_axes axes;
  bool axis_given = node.children.size() == 2;
  bool keepdims_given = false;
  bool ddof_given = false;
  if (axis_given) {
    read_axis(reducer, node.children[1], axes, between_two(row.name));
  }
  for (const keyword& key : node.keywords) {
    const std::string_view name = source_.at(key.name);
    const source_span where = source_.nodes[key.value].where;
    if (name == "axis" && !std::exchange(axis_given, true)) {
      read_axis(reducer, key.value, axes);
    } else if (name == "keepdims" && !std::exchange(keepdims_given, true)) {
      const value& v = of(key.value);
      if (v.type.weak != weakness::boolean) {
        fail<type_error>("expression: expected True or False for keepdims, got " + describe(key.value), source_.text,
                         where);
      }
      axes.keepdims = v.literal.integer != 0;
    } else if (name == "ddof" && row.rule == "moments" && !std::exchange(ddof_given, true)) {
      const value& v = of(key.value);
      const bool real = v.type.weak == weakness::integer || v.type.weak == weakness::floating;
      axes.ddof = v.type.weak == weakness::integer ? static_cast<double>(v.literal.integer) : v.literal.number.real();
      if (!real || !std::isfinite(axes.ddof)) {
        fail<type_error>("expression: expected a finite number for ddof, got " + describe(key.value), source_.text,
                         where);
      }
    } else {
      fail<syntax_error>("expression: expected " +
                             std::string(row.rule == "moments" ? "axis, keepdims or ddof" : "axis or keepdims") +
                             " once as a keyword of " + called + ", got `" + std::string(name) + "`",
                         source_.text, key.name);
    }
  }
  const value from = strong(of(node.children[0]), source_.nodes[node.children[0]].where);
  const graph::reduction_signature types = graph::resolve(reducer, from.type.type);
  if (!types.refused.empty()) {
    fail<type_error>(
        "expression: `" + called + "` " + std::string(types.refused) + ", got " + describe(node.children[0]),
        source_.text, node.place);
  }
  return value::of(nodes_.reduce(reducer, types.result, from.node, axes), types.result);
}

}  // namespace gpucompute::language
