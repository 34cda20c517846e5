// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <bit>

#include "kernels/array/digits.hpp"
#include "kernels/graph/graph.hpp"

namespace gpucompute::graph {
namespace {

std::string digits(std::uint64_t bits, dtype type) {
  return type == float32 ? shortest_digits(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                         : shortest_digits(std::bit_cast<double>(bits));
}

std::string value_text(const literal& value, dtype type) {
  switch (kind(type)) {
    case dtype_kind::boolean:
      return value.low != 0 ? "True" : "False";
    case dtype_kind::signed_integer: {
      const auto shift = static_cast<unsigned>(64 - 8 * size_of(type));
      return std::to_string(static_cast<std::int64_t>(value.low << shift) >> shift);
    }
    case dtype_kind::unsigned_integer:
      return std::to_string(value.low);
    case dtype_kind::floating:
      return digits(value.low, type);
    case dtype_kind::complex:
      return type == complex64 ? digits(value.low & 0xFFFFFFFFU, float32) + " " + digits(value.low >> 32U, float32)
                               : digits(value.low, float64) + " " + digits(value.high, float64);
  }
  return {};
}

std::string axes_text(const reduction_axes& axes) {
  std::string text = " axis=";
  if (axes.all) {
    text += "None";
  } else {
    text += "(";
    for (const int axis : axes.axes) {
      text += std::to_string(axis) + ",";
    }
    text += ")";
  }
  text += axes.keepdims ? " keepdims" : "";
  return axes.ddof != 0 ? text + " ddof=" + shortest_digits(axes.ddof) : text;
}

}  // namespace

std::string to_text(const program& typed) {
  std::vector<bool> needed(typed.nodes.size(), false);
  for (const typed_result& result : typed.results) {
    needed[result.value] = true;
  }
  for (std::size_t id = typed.nodes.size(); id-- > 0;) {
    for (const node_id argument : typed.nodes.args(static_cast<node_id>(id))) {
      needed[argument] = needed[argument] || needed[id];
    }
  }
  std::string out;
  for (node_id id = 0; id < typed.nodes.size(); ++id) {
    if (!needed[id]) {
      continue;
    }
    const node& n = typed.nodes[id];
    const std::string type(name(n.type));
    out += "%" + std::to_string(id) + " = ";
    switch (n.kind) {
      case node_kind::input:
        out += "input " + type + " " + typed.inputs[n.index].name;
        break;
      case node_kind::literal:
        out += (n.inlined ? "constant " : "literal ") + type + " " + value_text(n.value, n.type);
        break;
      case node_kind::cast:
        out += "cast " + type;
        break;
      case node_kind::apply:
        out += std::string(row(n.operation).name) + " " + type;
        break;
      case node_kind::reduce:
        out += std::string(row(n.reducer).name) + " " + type;
        break;
      case node_kind::contract:
        out += std::string(row(n.product).name) + " " + type;
        break;
    }
    for (const node_id argument : typed.nodes.args(id)) {
      out += " %" + std::to_string(argument);
    }
    if (n.kind == node_kind::reduce) {
      out += axes_text(typed.nodes.axes(n.index));
    }
    out += "\n";
  }
  for (const typed_result& result : typed.results) {
    out += "result " + (result.name.empty() ? "" : result.name + " ") + "= %" + std::to_string(result.value) + "\n";
  }
  return out;
}

}  // namespace gpucompute::graph
