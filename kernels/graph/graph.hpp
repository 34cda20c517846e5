// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "kernels/graph/op.hpp"

namespace gpucompute::graph {

using node_id = std::uint32_t;

/// Sixteen bytes that hold one element of any dtype, in memory order (complex: real part first); unused bytes are 0.
struct literal {
  std::uint64_t low = 0;
  std::uint64_t high = 0;
  friend bool operator==(const literal&, const literal&) = default;
};

enum class node_kind : std::uint8_t {
  input,     ///< element of input `index`
  literal,   ///< `value`; a kernel parameter, or a constant of the kernel when `inlined`
  cast,      ///< args[0] converted to `type`
  apply,     ///< `operation` on args, which have the compute type of its rule
  reduce,    ///< `reducer` over args[0] along `axes`; type is the result type
  contract,  ///< `product` of args[0] and args[1], all of one type
};

/// Which dimensions a reduction removes, as the text says it; the rank is known at launch only.
struct reduction_axes {
  bool all = true;
  std::vector<int> axes;  ///< may be negative; meaningful unless all
  bool keepdims = false;
  double ddof = 0;
  friend auto operator<=>(const reduction_axes&, const reduction_axes&) = default;
};

struct node {
  node_kind kind = node_kind::input;
  dtype type = float64;
  op operation = {};
  reduction reducer = {};
  contraction product = {};
  bool inlined = false;
  std::uint8_t arity = 0;
  std::uint32_t index = 0;  ///< input: its number; reduce: position in graph::axes()
  std::array<node_id, 3> args = {};
  literal value = {};
  friend bool operator==(const node&, const node&) = default;
};

/// Hash-consed, typed, shape-free, without positions: equal nodes have equal ids, args precede their users.
/// Building is single-threaded; a built graph is immutable and shared freely.
class graph {
 public:
  node_id input(std::uint32_t index, dtype type);
  node_id constant(dtype type, literal value, bool inlined);
  /// args[0] itself when it has the type already.
  node_id cast(node_id value, dtype type);
  /// Result type given by the caller; arguments must already have the compute type.
  node_id apply(op operation, dtype result, std::span<const node_id> arguments);
  node_id reduce(reduction reducer, dtype result, node_id value, const reduction_axes& axes);
  /// Operands must already have one type, a floating or complex one.
  node_id contract(contraction product, node_id a, node_id b);

  const node& operator[](node_id id) const { return nodes_[id]; }
  std::size_t size() const { return nodes_.size(); }
  const reduction_axes& axes(std::uint32_t index) const { return axes_[index]; }
  /// Whether every value has the shape to which the inputs it is made of broadcast: nothing is reduced or contracted.
  bool only_broadcasts() const { return axes_.empty() && !contracts_; }
  std::span<const node_id> args(node_id id) const { return {nodes_[id].args.data(), nodes_[id].arity}; }

 private:
  node_id intern(const node& candidate);

  struct hash {
    std::size_t operator()(const node& value) const;
  };
  std::vector<node> nodes_;
  std::unordered_map<node, node_id, hash> known_;
  std::vector<reduction_axes> axes_;
  bool contracts_ = false;
};

struct typed_input {
  std::string name;
  dtype type;
};

struct typed_result {
  std::string name;  ///< empty for an unnamed last statement
  node_id value;
};

/// A typed expression: the graph and its named results.
struct program {
  graph nodes;
  std::vector<typed_input> inputs;    ///< node.index of an input node is a position here; only names that are used
  std::vector<typed_result> results;  ///< every named statement in order, and the last statement at the end
};

/// One line a node that a result needs, `%3 = add float64 %1 %2`, then the results, `result x = %3`.
std::string to_text(const program& typed);

}  // namespace gpucompute::graph
