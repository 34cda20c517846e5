// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "kernels/graph/op.hpp"

namespace gpucompute::language {

struct binary_operator {
  std::string_view text;
  std::optional<graph::op> operation;  ///< none: a call of what names.hpp knows by the operator's text
  int precedence;
};

inline constexpr int comparison = 1;
/// Python's, low to high; `**` and the unary operators are in the grammar itself.
inline constexpr std::array<binary_operator, 18> binary_operators = {{{"<", graph::op::less, comparison},
                                                                      {"<=", graph::op::less_equal, comparison},
                                                                      {">", graph::op::greater, comparison},
                                                                      {">=", graph::op::greater_equal, comparison},
                                                                      {"==", graph::op::equal, comparison},
                                                                      {"!=", graph::op::not_equal, comparison},
                                                                      {"|", graph::op::bitwise_or, 2},
                                                                      {"^", graph::op::bitwise_xor, 3},
                                                                      {"&", graph::op::bitwise_and, 4},
                                                                      {"<<", graph::op::left_shift, 5},
                                                                      {">>", graph::op::right_shift, 5},
                                                                      {"+", graph::op::add, 6},
                                                                      {"-", graph::op::subtract, 6},
                                                                      {"*", graph::op::multiply, 7},
                                                                      {"/", graph::op::divide, 7},
                                                                      {"//", graph::op::floor_divide, 7},
                                                                      {"%", graph::op::remainder, 7},
                                                                      {"@", std::nullopt, 7}}};

/// Names that no statement and no input may take.
inline constexpr std::array<std::string_view, 6> constants = {"pi", "inf", "nan", "True", "False", "None"};
constexpr bool is_constant(std::string_view name) {
  for (const std::string_view constant : constants) {
    if (constant == name) {
      return true;
    }
  }
  return false;
}

struct refused_word {
  std::string_view word, hint;
};
inline constexpr std::array<refused_word, 9> refused_words = {
    {{"and", "no `and`: write (a > 1) & (b < 2)"},
     {"or", "no `or`: write (a > 1) | (b < 2)"},
     {"not", "no `not`: write ~(a > 1)"},
     {"if", "no `if`: write where(condition, x, y)"},
     {"else", "no `else`: write where(condition, x, y)"},
     {"in", "no `in`: compare with each value and join with |"},
     {"is", "no `is`: write =="},
     {"lambda", "no `lambda`: name a value with `name = expression`"},
     {"for", "no `for`: operations work on whole arrays"}}};

/// Tokens of other languages, with what is written here.
inline constexpr std::array<refused_word, 3> refused_operators = {
    {{"!", "no operator `!`: write ~(a > 1) for a truth, a == 0 for a number"},
     {"&&", "no operator `&&`: write (a > 1) & (b < 2)"},
     {"||", "no operator `||`: write (a > 1) | (b < 2)"}}};

/// Keywords of NumPy's functions, with what is written here.
inline constexpr std::array<refused_word, 3> refused_keywords = {
    {{"dtype", "cast what goes in or what comes out, as in float32(x)"},
     {"out", "whoever evaluates says where results go"},
     {"where", "choose elements with where(condition, x, y)"}}};

}  // namespace gpucompute::language
