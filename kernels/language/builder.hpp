// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kernels/language/tree.hpp"

namespace gpucompute::language {

/// A part of a text once typed: a weak number, or a node of the graph.
struct value {
  graph::operand_type type = {};
  weak_value literal = {};  ///< when weak
  graph::node_id node = 0;  ///< when strong
  std::uint32_t input = annotation::no_input;

  bool weak() const { return type.weak != graph::weakness::strong; }
  static value of(const weak_value& number) { return {{number.kind, float64}, number}; }
  static value of(graph::node_id node, dtype type) { return {{graph::weakness::strong, type}, {}, node}; }
};

/// What the names of a text stand for.
class scope {
 public:
  virtual ~scope() = default;
  virtual std::optional<value> name(std::string_view name) = 0;
  /// A name that casts, besides those of dtypes.
  virtual std::optional<dtype> cast(std::string_view name) = 0;
  /// Candidates for suggestions.
  virtual std::vector<std::string_view> names() const = 0;
  /// Texts of rows: internal operations are allowed, literals are inlined constants, and tests for NaN of integers
  /// disappear.
  virtual bool internal() const = 0;
};

/// Types a tree and builds its graph, one loop over the nodes.
class builder {
 public:
  builder(const tree& source, graph::graph& nodes, scope& names);

  /// Values of the statements in order. @throw name_error, type_error, syntax_error with a caret
  std::vector<value> run();
  /// One a node, after run().
  std::vector<annotation> annotations() const;
  /// A weak value as the constant it is when it meets nothing.
  value strong(const value& v, source_span where);

 private:
  template <typename Error>
  [[noreturn]] void refuse(const std::string& message, source_span where) const;
  [[noreturn]] void refuse_types(graph::op operation, std::string_view needs, const tree_node& node) const;
  std::string describe(std::uint32_t node) const;
  /// All children: "int32 (i) and the float 2.5".
  std::string describe_all(const tree_node& node) const;

  value build(const tree_node& node);
  value named(const tree_node& node);
  value call(const tree_node& node);
  value convert(dtype type, const tree_node& node);
  void require_plain_call(std::size_t arity, const tree_node& node) const;
  value reduce(graph::reduction reducer, const tree_node& node);
  value contract(graph::contraction product, const tree_node& node);
  /// A hint ends the message when what is given is no number of an axis.
  void read_axis(graph::reduction reducer, std::uint32_t index, graph::reduction_axes& axes,
                 std::string_view hint = {}) const;
  int axis_number(std::uint32_t index, std::string_view hint = {}) const;
  value operation(graph::op which, const tree_node& node);

  std::optional<value> folded_operators(graph::op which, const tree_node& node) const;
  std::optional<value> simplified(graph::op which, const tree_node& node) const;
  [[noreturn]] void refuse_negative_exponent(std::uint32_t exponent) const;
  std::optional<value> special_power(const tree_node& node);
  std::optional<value> special_comparison(graph::op which, const tree_node& node);
  value power_by_multiplying(const value& base, int exponent);

  graph::node_id constant(const weak_value& literal, dtype type, source_span where);
  graph::node_id as(const value& v, dtype type, source_span where);
  graph::node_id as(std::uint32_t node, dtype type);
  value apply(graph::op which, dtype result, std::span<const graph::node_id> arguments);
  const value& of(std::uint32_t node) const;

  const tree& source_;
  graph::graph& nodes_;
  scope& names_;
  std::vector<value> values_;
  std::unordered_map<std::string_view, value> locals_;
};

}  // namespace gpucompute::language
