// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gpucompute/evaluate.hpp>

#include "kernels/graph/graph.hpp"

namespace gpucompute::language {

/// What a name of the text stands for: a typed array or scalar, or a weak number.
struct binding {
  std::string name;
  std::variant<dtype, weak_scalar> what;
};

class tree;

/// A parsed and typed text. Spans and types live in the tree, so that errors that depend on shapes can still point.
struct typed_text {
  std::shared_ptr<const tree> source;
  std::shared_ptr<const graph::program> program;
  std::vector<bool> used;  ///< one an input of compile_text: whether the text uses its name
};

/// Lexes, parses, types, folds and builds the graph.
/// @throw syntax_error, name_error, type_error with a caret; invalid_argument for a text beyond the limits
typed_text compile_text(std::string_view text, std::span<const binding> inputs);

/// Checks broadcasting, axes and empty extrema for the shapes of program.inputs.
/// @throw shape_error that names the operands and their shapes
void check_shapes(const typed_text& text, std::span<const dimensions> inputs);

/// Types and builds a composite row's text into `nodes`: names map to nodes that are already there, literals are inlined
/// constants, internal operations are allowed. Returns the last statement's node. Parse trees of rows are cached.
struct bound_node {
  std::string_view name;
  graph::node_id node;
};
/// Names that a reduction row casts to, such as `acc(x)`.
struct bound_type {
  std::string_view name;
  dtype type;
};
graph::node_id build_composite(graph::graph& nodes, std::string_view text, std::span<const bound_node> names,
                               std::span<const bound_type> types = {});

}  // namespace gpucompute::language
