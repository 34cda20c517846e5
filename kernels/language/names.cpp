// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/names.hpp"

#include <unordered_map>
#include <vector>

#include "kernels/device/fork_gate.hpp"

namespace gpucompute::language {
namespace {

struct table {
  std::unordered_map<std::string_view, callee> known;
  std::vector<std::string_view> names;

  table() {
    for (std::size_t i = 0; i < dtype_count; ++i) {
      add(name(static_cast<dtype>(i)), static_cast<dtype>(i));
    }
    for (std::size_t i = 0; i < graph::reduction_count(); ++i) {
      add(graph::row(static_cast<graph::reduction>(i)).name, static_cast<graph::reduction>(i));
    }
    for (std::size_t i = 0; i < graph::contraction_count(); ++i) {
      add(graph::row(static_cast<graph::contraction>(i)).name, static_cast<graph::contraction>(i));
    }
    known.emplace("@", graph::contraction::matmul);
    for (std::size_t i = 0; i < graph::op_count(); ++i) {
      const auto operation = static_cast<graph::op>(i);
      const graph::op_row& row = graph::row(operation);
      if (row.internal) {
        known.emplace(row.name, operation);
      } else {
        add(row.name, operation);
      }
    }
    for (const graph::op_alias& alias : graph::aliases()) {
      add(alias.name, alias.operation);
    }
  }

  void add(std::string_view name, callee what) {
    known.emplace(name, what);
    names.push_back(name);
  }
};

const table& all() {
  return device_layer::made_once([] { return new const table; });
}

}  // namespace

std::optional<callee> find_callee(std::string_view name, bool internal) {
  const auto found = all().known.find(name);
  if (found == all().known.end()) {
    return std::nullopt;
  }
  const auto* operation = std::get_if<graph::op>(&found->second);
  return operation != nullptr && graph::row(*operation).internal && !internal ? std::nullopt
                                                                              : std::optional(found->second);
}

std::span<const std::string_view> callee_names() { return all().names; }

std::string_view symbol(graph::op operation) {
  using graph::op;
  switch (operation) {
    case op::add:
      return "+";
    case op::subtract:
    case op::negative:
      return "-";
    case op::positive:
      return "+";
    case op::multiply:
      return "*";
    case op::divide:
      return "/";
    case op::floor_divide:
      return "//";
    case op::remainder:
      return "%";
    case op::power:
      return "**";
    case op::left_shift:
      return "<<";
    case op::right_shift:
      return ">>";
    case op::bitwise_and:
      return "&";
    case op::bitwise_or:
      return "|";
    case op::bitwise_xor:
      return "^";
    case op::invert:
      return "~";
    case op::less:
      return "<";
    case op::less_equal:
      return "<=";
    case op::greater:
      return ">";
    case op::greater_equal:
      return ">=";
    case op::equal:
      return "==";
    case op::not_equal:
      return "!=";
    default:
      return graph::row(operation).name;
  }
}

}  // namespace gpucompute::language
