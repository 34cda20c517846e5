// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <gpucompute/error.hpp>

#include "kernels/language/weak.hpp"

namespace gpucompute::language {

enum class token_kind : std::uint8_t {
  end,
  separator,  ///< newline outside parentheses, or `;`
  number,
  name,
  open,
  close,
  comma,
  dot,
  assign,
  operation,  ///< `text` is the operator
};

struct token {
  token_kind kind = token_kind::end;
  source_span where = {};
  std::string_view text = {};
  weak_value number = {};
};

/// The tokens of a text, `end` last. Python's spelling of numbers, names (ASCII), operators and `#` comments.
/// @throw syntax_error
std::vector<token> tokenize(std::string_view text);

/// Whether a text may name something: what tokenize() would make one name of.
bool is_name(std::string_view text);

}  // namespace gpucompute::language
