// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/builder.hpp"

#include <algorithm>
#include <limits>

#include "kernels/language/diagnostics.hpp"
#include "kernels/language/names.hpp"

namespace gpucompute::language {

using graph::op;
using graph::operand_type;
using graph::type_rule;
using graph::weakness;

builder::builder(const tree& source, graph::graph& nodes, scope& names)
    : source_(source), nodes_(nodes), names_(names) {}

template <typename Error>
void builder::refuse(const std::string& message, source_span where) const {
  fail<Error>("expression: " + message, source_.text, where);
}

std::vector<value> builder::run() {
  values_.reserve(source_.nodes.size());
  std::vector<value> results;
  for (const statement& s : source_.statements) {
    // A statement's nodes end with its own value, so that names of earlier statements are known here.
    while (values_.size() <= s.value) {
      values_.push_back(build(source_.nodes[values_.size()]));
    }
    results.push_back(of(s.value));
    if (s.name.end != 0 && !locals_.emplace(source_.at(s.name), results.back()).second) {
      refuse<name_error>("expected a new name before `=`, got `" + excerpt(source_.text, s.name) + "` again", s.name);
    }
  }
  return results;
}

std::vector<annotation> builder::annotations() const {
  std::vector<annotation> notes;
  notes.reserve(values_.size());
  for (const value& v : values_) {
    notes.push_back({v.type, v.literal, v.input});
  }
  return notes;
}

const value& builder::of(std::uint32_t node) const {
  const tree_kind kind = source_.nodes[node].kind;
  if (kind == tree_kind::tuple || kind == tree_kind::none) {
    refuse<syntax_error>(
        kind == tree_kind::tuple ? "expected a tuple only after axis=" : "expected None only after axis=",
        source_.nodes[node].where);
  }
  return values_[node];
}

std::string builder::describe(std::uint32_t node) const {
  const value& v = of(node);
  if (v.weak()) {
    constexpr std::string_view kinds[] = {"", "bool", "int", "float", "complex"};
    return "the " + std::string(kinds[static_cast<std::size_t>(v.type.weak)]) + " " + to_string(v.literal);
  }
  return std::string(name(v.type.type)) + " (" + excerpt(source_.text, source_.nodes[node].where) + ")";
}

std::string builder::describe_all(const tree_node& node) const {
  std::string got;
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    got += (i == 0 ? "" : i + 1 == node.children.size() ? " and " : ", ") + describe(node.children[i]);
  }
  return got;
}

void builder::refuse_types(op operation, std::string_view needs, const tree_node& node) const {
  const bool written = node.kind == tree_kind::operation;
  refuse<type_error>("`" + std::string(written ? symbol(operation) : graph::row(operation).name) + "` " +
                         std::string(needs) + ", got " + describe_all(node) +
                         (written && operation == op::bitwise_xor ? "; a power is `**`" : ""),
                     node.place);
}

graph::node_id builder::constant(const weak_value& literal, dtype type, source_span where) {
  const auto bits = to_literal(literal, type);
  if (!bits) {
    const bool range = literal.kind <= weakness::integer && is_integer(type);
    refuse<type_error>(range
                           ? "expected an integer that fits " + std::string(name(type)) + ", got " + to_string(literal)
                           : "expected a number of type " + std::string(name(type)) + ", got " + to_string(literal),
                       where);
  }
  return nodes_.constant(type, *bits, names_.internal());
}

graph::node_id builder::as(const value& v, dtype type, source_span where) {
  return v.weak() ? constant(v.literal, type, where) : nodes_.cast(v.node, type);
}

graph::node_id builder::as(std::uint32_t node, dtype type) { return as(of(node), type, source_.nodes[node].where); }

value builder::strong(const value& v, source_span where) {
  if (!v.weak()) {
    return v;
  }
  dtype type = graph::default_type(v.type.weak);
  if (v.type.weak == weakness::integer && out_of_range(v.literal.integer, type) > 0) {
    type = uint64;
  }
  return value::of(constant(v.literal, type, where), type);
}

value builder::apply(op which, dtype result, std::span<const graph::node_id> arguments) {
  return value::of(nodes_.apply(which, result, arguments), result);
}

value builder::build(const tree_node& node) {
  switch (node.kind) {
    case tree_kind::number:
      return value::of(node.number);
    case tree_kind::name:
      return named(node);
    case tree_kind::operation:
    case tree_kind::attribute:
      return operation(node.operation, node);
    case tree_kind::call:
      return call(node);
    case tree_kind::tuple:
    case tree_kind::none:
      break;
  }
  return {};
}

value builder::named(const tree_node& node) {
  const std::string_view name = source_.at(node.place);
  if (const auto local = locals_.find(name); local != locals_.end()) {
    value v = local->second;
    v.input = annotation::no_input;
    return v;
  }
  if (const auto bound = names_.name(name)) {
    return *bound;
  }
  constexpr double infinity = std::numeric_limits<double>::infinity();
  if (name == "pi") {
    return value::of(weak_floating(3.141592653589793));
  }
  if (name == "inf") {
    return value::of(weak_floating(infinity));
  }
  if (name == "nan") {
    return value::of(weak_floating(std::numeric_limits<double>::quiet_NaN()));
  }
  std::vector<std::string_view> candidates = names_.names();
  for (const auto& [local, unused] : locals_) {
    candidates.push_back(local);
  }
  std::sort(candidates.begin(), candidates.end());
  const std::string hint = find_callee(name, names_.internal())
                               ? "; it is a function: write `" + std::string(name) + "(...)`"
                               : suggestion(name, candidates);
  refuse<name_error>("expected a known name, got `" + std::string(name) + "`" + hint, node.place);
}

value builder::call(const tree_node& node) {
  const std::string_view name = source_.at(node.place);
  if (const auto type = names_.cast(name)) {
    return convert(*type, node);
  }
  const auto what = find_callee(name, names_.internal());
  if (!what) {
    refuse<name_error>("expected a known function, got `" + std::string(name) + "`" + suggestion(name, callee_names()),
                       node.place);
  }
  if (const auto* type = std::get_if<dtype>(&*what)) {
    return convert(*type, node);
  }
  if (const auto* reducer = std::get_if<graph::reduction>(&*what)) {
    return reduce(*reducer, node);
  }
  if (const auto* product = std::get_if<graph::contraction>(&*what)) {
    return contract(*product, node);
  }
  const op operation_called = std::get<op>(*what);
  require_plain_call(static_cast<std::size_t>(graph::row(operation_called).arity), node);
  return operation(operation_called, node);
}

void builder::require_plain_call(std::size_t arity, const tree_node& node) const {
  const std::string name(source_.at(node.place));
  if (!node.keywords.empty()) {
    refuse<syntax_error>(
        "expected no keyword for " + name + ", got `" + excerpt(source_.text, node.keywords[0].name) + "`",
        node.keywords[0].name);
  }
  if (node.children.size() != arity) {
    refuse<syntax_error>("expected " + std::to_string(arity) + (arity == 1 ? " argument" : " arguments") + " for " +
                             name + ", got " + std::to_string(node.children.size()),
                         node.where);
  }
}

value builder::convert(dtype type, const tree_node& node) {
  if (node.children.size() != 1 || !node.keywords.empty()) {
    refuse<syntax_error>("expected one argument for the cast " + std::string(source_.at(node.place)) + ", got " +
                             std::to_string(node.children.size() + node.keywords.size()),
                         node.where);
  }
  const value& from = of(node.children[0]);
  if (from.weak()) {
    const auto bits = cast_literal(from.literal, type);
    return value::of(bits ? nodes_.constant(type, *bits, names_.internal())
                          : constant(from.literal, type, source_.nodes[node.children[0]].where),
                     type);
  }
  if (is_complex(from.type.type) && !is_complex(type)) {
    if (type != bool_) {
      refuse<type_error>("expected a real number to cast to " + std::string(name(type)) + ", got " +
                             describe(node.children[0]) + "; take real(z) or abs(z) first",
                         node.place);
    }
    const std::array arguments{from.node, nodes_.constant(from.type.type, {}, true)};
    return apply(op::not_equal, bool_, arguments);
  }
  return value::of(nodes_.cast(from.node, type), type);
}

value builder::operation(op which, const tree_node& node) {
  if (node.kind != tree_kind::call) {
    if (const auto number = folded_operators(which, node)) {
      return *number;
    }
  }
  if (const auto simple = simplified(which, node)) {
    return *simple;
  }
  if (which == op::power) {
    if (const auto special = special_power(node)) {
      return *special;
    }
  }
  const graph::op_row& row = graph::row(which);
  if (row.rule == type_rule::comparison || row.rule == type_rule::comparison_ordered) {
    if (const auto special = special_comparison(which, node)) {
      return *special;
    }
  }
  std::array<operand_type, 3> types;
  const std::size_t count = node.children.size();
  for (std::size_t i = 0; i < count; ++i) {
    types[i] = of(node.children[i]).type;
  }
  const bool select = row.rule == type_rule::select;
  if (select && types[0].weak != weakness::boolean && (types[0].weak != weakness::strong || types[0].type != bool_)) {
    refuse<type_error>(
        "expected a bool condition of where, got " + describe(node.children[0]) + "; compare, as in `x != 0`",
        source_.nodes[node.children[0]].where);
  }
  const graph::signature types_of =
      graph::resolve(row.rule, std::span(types).subspan(select ? 1 : 0, select ? 2 : count));
  if (!types_of.refused.empty()) {
    refuse_types(which, types_of.refused, node);
  }
  std::array<graph::node_id, 3> arguments{};
  for (std::size_t i = 0; i < count; ++i) {
    arguments[i] = as(node.children[i], select && i == 0 ? bool_ : types_of.compute);
  }
  // A row whose text is its argument (+a, real of a real) needs no node.
  if (graph::lowering_of(which, types_of.compute).text == "a") {
    return value::of(arguments[0], types_of.compute);
  }
  return apply(which, types_of.result, std::span(arguments).first(count));
}

}  // namespace gpucompute::language
