// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gpucompute/error.hpp>

#include "kernels/language/weak.hpp"

namespace gpucompute::language {

enum class tree_kind : std::uint8_t {
  number,     ///< `number`
  name,       ///< the name is the text of `place`
  operation,  ///< `operation` of one or two children
  attribute,  ///< `operation` (real, imag) of one child
  call,       ///< the function's name, or `@`, is the text of `place`; positional children, then `keywords`
  tuple,      ///< children; stands only as the value of axis=
  none,       ///< None; the same
};

struct keyword {
  source_span name;
  std::uint32_t value;  ///< number of a node
};

struct tree_node {
  tree_kind kind = tree_kind::number;
  graph::op operation = {};
  source_span where = {};  ///< the whole part of the text
  source_span place = {};  ///< the operator or name, where a caret points
  std::vector<std::uint32_t> children = {};
  std::vector<keyword> keywords = {};
  weak_value number = {};
};

struct statement {
  source_span name = {};  ///< empty for a bare expression
  std::uint32_t value = 0;
};

/// What typing found out about a node.
struct annotation {
  graph::operand_type type = {};
  weak_value literal = {};         ///< of a weak one
  std::uint32_t input = no_input;  ///< position in program::inputs of a name that is one
  static constexpr std::uint32_t no_input = 0xFFFFFFFFU;
};

/// A parsed text. Children precede their parents, so that every walk is a loop.
class tree {
 public:
  std::string text;
  std::vector<tree_node> nodes;
  std::vector<statement> statements;    ///< at least one
  std::vector<annotation> annotations;  ///< one a node once typed

  std::string_view at(source_span where) const {
    return std::string_view(text).substr(where.begin, where.end - where.begin);
  }
};

/// @throw syntax_error with a caret; invalid_argument beyond the limits
tree parse(std::string_view text);

/// Fully parenthesised prefix form, one statement a line: `(add a (multiply b 2))`, `x = (sum a axis=(tuple 0 1))`.
std::string to_text(const tree& source);

}  // namespace gpucompute::language
