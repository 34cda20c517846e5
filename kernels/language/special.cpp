// SPDX-License-Identifier: Apache-2.0
#include <cmath>

#include "kernels/language/builder.hpp"
#include "kernels/language/compile.hpp"
#include "kernels/language/diagnostics.hpp"

// Where a value, not only a type, decides what is built: operators on literals, powers with a literal exponent,
// comparisons that no common type can hold.

namespace gpucompute::language {

using graph::op;
using graph::weakness;

std::optional<value> builder::folded_operators(op which, const tree_node& node) const {
  std::array<weak_value, 2> literals;
  if (node.children.size() > 2) {
    return std::nullopt;
  }
  for (std::size_t i = 0; i < node.children.size(); ++i) {
    const value& v = of(node.children[i]);
    if (!v.weak()) {
      return std::nullopt;
    }
    literals[i] = v.literal;
  }
  const folded result = fold(which, std::span(literals).first(node.children.size()));
  if (!result.problem.empty()) {
    fail<type_error>(
        "expression: no number for `" + excerpt(source_.text, node.where) + "`: " + std::string(result.problem),
        source_.text, node.place);
  }
  return result.value ? std::optional(value::of(*result.value)) : std::nullopt;
}

/// In rows: isnan of integers is false, and what follows from that. Whole composites never become a bare literal by
/// this, since rows test for NaN only beside something else.
std::optional<value> builder::simplified(op which, const tree_node& node) const {
  if (!names_.internal()) {
    return std::nullopt;
  }
  const value& a = of(node.children[0]);
  if (which == op::isnan || which == op::isinf || which == op::isfinite) {
    const bool whole = !a.weak() && (a.type.type == bool_ || is_integer(a.type.type));
    return whole ? std::optional(value::of(weak_boolean(which == op::isfinite))) : std::nullopt;
  }
  if (which == op::invert && a.type.weak == weakness::boolean) {
    return value::of(weak_boolean(a.literal.integer == 0));
  }
  if (which != op::bitwise_or && which != op::bitwise_and) {
    return std::nullopt;
  }
  const value& b = of(node.children[1]);
  const value& literal = a.weak() ? a : b;
  const value& other = a.weak() ? b : a;
  if (literal.type.weak != weakness::boolean || other.weak() || other.type.type != bool_) {
    return std::nullopt;
  }
  const bool decides = (literal.literal.integer != 0) == (which == op::bitwise_or);
  return decides ? literal : other;
}

value builder::power_by_multiplying(const value& base, int exponent) {
  const auto multiply = [&](const value& a, const value& b) {
    return apply(op::multiply, a.type.type, std::array{a.node, b.node});
  };
  value square = base;
  int rest = std::abs(exponent);
  for (; (rest & 1) == 0; rest >>= 1) {
    square = multiply(square, square);
  }
  value product = square;
  for (rest >>= 1; rest != 0; rest >>= 1) {
    square = multiply(square, square);
    if ((rest & 1) != 0) {
      product = multiply(product, square);
    }
  }
  if (exponent > 0) {
    return product;
  }
  const dtype type = base.type.type;
  const graph::node_id one = constant(weak_integer(1), type, {});
  return apply(op::divide, type, std::array{one, product.node});
}

void builder::refuse_negative_exponent(std::uint32_t exponent) const {
  fail<type_error>("expression: expected an exponent of at least 0 for integers, got " +
                       to_string(of(exponent).literal) + "; a float exponent gives a float64 result",
                   source_.text, source_.nodes[exponent].where);
}

std::optional<value> builder::special_power(const tree_node& node) {
  const value& exponent = of(node.children[1]);
  const auto whole_literal = [](const value& v) { return v.weak() && v.type.weak <= weakness::integer; };
  // The operator between literals was computed as Python does; the function is NumPy's.
  if (whole_literal(of(node.children[0])) && whole_literal(exponent) && exponent.literal.integer < 0) {
    refuse_negative_exponent(node.children[1]);
  }
  if (of(node.children[0]).weak() || !exponent.weak() ||
      (exponent.type.weak == weakness::complex && exponent.literal.number.imag() != 0)) {
    return std::nullopt;
  }
  const std::array types{of(node.children[0]).type, exponent.type};
  const dtype type = graph::resolve(graph::type_rule::arithmetic_number, types).compute;
  const value base = value::of(as(node.children[0], type), type);
  if (is_integer(type) && exponent.literal.integer < 0) {
    refuse_negative_exponent(node.children[1]);
  }
  const bool whole = exponent.type.weak <= weakness::integer;
  const double n = whole ? static_cast<double>(exponent.literal.integer) : exponent.literal.number.real();
  if (n == 0) {
    return apply(op::ones_like, type, std::array{base.node});
  }
  if (n == 1) {
    return base;
  }
  if (n == 2 || (is_complex(type) && n == std::trunc(n) && std::abs(n) < 100) || (n == -1 && !is_integer(type))) {
    return power_by_multiplying(base, static_cast<int>(n));
  }
  if (n == 0.5) {
    return apply(op::sqrt, type, std::array{base.node});
  }
  return std::nullopt;
}

std::optional<value> builder::special_comparison(op which, const tree_node& node) {
  value a = of(node.children[0]);
  value b = of(node.children[1]);
  const auto is_whole = [](const value& v) { return !v.weak() && (v.type.type == bool_ || is_integer(v.type.type)); };
  const auto mirrored = [](op o) {
    return o == op::less            ? op::greater
           : o == op::less_equal    ? op::greater_equal
           : o == op::greater       ? op::less
           : o == op::greater_equal ? op::less_equal
                                    : o;
  };
  const auto unsigned64 = [](const value& v) { return !v.weak() && v.type.type == uint64; };
  const auto with_sign = [](const value& v) { return !v.weak() && is_signed(v.type.type); };
  if (a.weak() || (unsigned64(a) && with_sign(b))) {
    std::swap(a, b);
    which = mirrored(which);
  }
  if (is_whole(a) && b.type.weak == weakness::integer) {
    // No value of the type reaches the literal: the comparison is decided, NaN-free, in the shape of a.
    const dtype type = a.type.type == bool_ ? int64 : a.type.type;
    const int beyond = out_of_range(b.literal.integer, type);
    if (beyond == 0) {
      return std::nullopt;
    }
    const bool holds = which == op::not_equal || (beyond > 0 ? which == op::less || which == op::less_equal
                                                             : which == op::greater || which == op::greater_equal);
    const graph::node_id node_of_a = as(a, type, node.where);
    return apply(holds ? op::equal : op::not_equal, bool_, std::array{node_of_a, node_of_a});
  }
  if (!with_sign(a) || !unsigned64(b)) {
    return std::nullopt;
  }
  std::string_view text;
  switch (which) {
    case op::less:
      text = "(a < 0) | (uint64(a) < b)";
      break;
    case op::less_equal:
      text = "(a < 0) | (uint64(a) <= b)";
      break;
    case op::greater:
      text = "(a >= 0) & (uint64(a) > b)";
      break;
    case op::greater_equal:
      text = "(a >= 0) & (uint64(a) >= b)";
      break;
    case op::equal:
      text = "(a >= 0) & (uint64(a) == b)";
      break;
    default:
      text = "(a < 0) | (uint64(a) != b)";
      break;
  }
  const std::array<bound_node, 2> names{{{"a", a.node}, {"b", b.node}}};
  return value::of(build_composite(nodes_, text, names), bool_);
}

}  // namespace gpucompute::language
