// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <span>
#include <vector>

#include "kernels/graph/graph.hpp"
#include "kernels/lower/terms.hpp"

namespace gpucompute::lower {

/// Turns nodes of a graph into terms of one table: complex values become pairs, composite rows their texts.
class expansion {
 public:
  explicit expansion(term_table& terms) : terms_(terms) {}

  /// What a reduce or contract node becomes, given the values of the nodes before it.
  using stage_function = std::function<parts(graph::node_id, std::span<const parts>)>;

  /// The roots' values; inputs[k] stands for input k. Without `stage` the graph must hold no reductions and contractions.
  std::vector<parts> expand(const graph::graph& nodes, std::span<const graph::node_id> roots,
                            std::span<const parts> inputs, const stage_function& stage = {});

  parts cast(const parts& value, dtype to);

 private:
  struct composite {
    graph::graph nodes;
    graph::node_id result;
  };
  struct signature {
    graph::op operation;
    std::array<dtype, 3> types;
    friend auto operator<=>(const signature&, const signature&) = default;
  };

  parts expand_node(const graph::graph& nodes, graph::node_id id, std::span<const parts> values,
                    std::span<const parts> inputs, const stage_function& stage);
  parts apply(const graph::graph& nodes, graph::node_id id, std::span<const parts> values);
  const composite& composite_of(const graph::graph& nodes, graph::node_id id, std::string_view text);

  term_table& terms_;
  std::map<signature, composite> composites_;
};

}  // namespace gpucompute::lower
