// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/typing.hpp"

#include <algorithm>

#include <gpucompute/error.hpp>

namespace gpucompute::graph {
namespace {

bool is_whole(dtype type) { return type == bool_ || is_integer(type); }

dtype floating_of(dtype type) {
  if (!is_whole(type)) {
    return type;
  }
  return size_of(type) <= 2 ? float32 : float64;
}

dtype signed_of_bytes(std::size_t bytes) { return bytes == 1 ? int8 : bytes == 2 ? int16 : bytes == 4 ? int32 : int64; }

dtype promote_integers(dtype a, dtype b) {
  if (is_signed(a) == is_signed(b)) {
    return size_of(a) < size_of(b) ? b : a;
  }
  const dtype with_sign = is_signed(a) ? a : b;
  const dtype without = is_signed(a) ? b : a;
  if (size_of(with_sign) > size_of(without)) {
    return with_sign;
  }
  return size_of(without) == 8 ? float64 : signed_of_bytes(2 * size_of(without));
}

/// NumPy's result_type; with `floats` each strong operand is made floating first.
dtype common(std::span<const operand_type> operands, bool floats) {
  bool any_strong = false;
  dtype strong = bool_;
  dtype_kind widest = dtype_kind::boolean;
  weakness weakest = weakness::strong;
  for (const operand_type& operand : operands) {
    if (operand.weak == weakness::strong) {
      widest = std::max(widest, kind(operand.type));
    } else {
      weakest = std::max(weakest, operand.weak);
    }
  }
  // Three types do not promote alike in any order: int16 with uint16 is int32, which float32 does not hold, though it
  // holds each. NumPy begins with those of the widest kind.
  const auto add = [&](const operand_type& operand) {
    const dtype type = floats ? floating_of(operand.type) : operand.type;
    strong = any_strong ? promote(strong, type) : type;
    any_strong = true;
  };
  for (const bool first : {true, false}) {
    for (const operand_type& operand : operands) {
      if (operand.weak == weakness::strong && (kind(operand.type) == widest) == first) {
        add(operand);
      }
    }
  }
  if (!any_strong) {
    return floats ? floating_of(default_type(weakest)) : default_type(weakest);
  }
  switch (weakest) {
    case weakness::strong:
    case weakness::boolean:
      return strong;
    case weakness::integer:
      return widest != dtype_kind::boolean ? strong : floats ? float64 : int64;
    case weakness::floating:
      return widest < dtype_kind::floating ? float64 : strong;
    case weakness::complex:
      return widest < dtype_kind::floating ? complex128 : is_complex(strong) ? strong : complex_of(strong);
  }
  return strong;
}

constexpr std::string_view needs_real = "needs real numbers";
constexpr std::string_view needs_numbers = "needs numbers, not only bool";
constexpr std::string_view needs_integers = "needs integers";
constexpr std::string_view needs_blas_types = "needs real or complex numbers, since BLAS has no others";
constexpr std::string_view needs_bits = "needs integers or bool";
constexpr std::string_view needs_common =
    "needs an integer type that holds both, which uint64 and signed integers lack (cast one of them)";

/// The type of integer operands when it is one; what is refused depends on whether only the common type is missing.
signature integers_only(std::span<const operand_type> operands, dtype type, bool fits, std::string_view refused) {
  const bool whole = std::all_of(operands.begin(), operands.end(), [](const operand_type& each) {
    return each.weak == weakness::strong ? is_whole(each.type) : each.weak <= weakness::integer;
  });
  return {type, type, fits ? std::string_view{} : whole ? needs_common : refused};
}

}  // namespace

dtype promote(dtype a, dtype b) {
  if (a == b || b == bool_) {
    return a;
  }
  if (a == bool_) {
    return b;
  }
  if (is_integer(a) && is_integer(b)) {
    return promote_integers(a, b);
  }
  const dtype wide = component(floating_of(a)) == float64 || component(floating_of(b)) == float64 ? float64 : float32;
  return is_complex(a) || is_complex(b) ? complex_of(wide) : wide;
}

dtype default_type(weakness weak) {
  switch (weak) {
    case weakness::boolean:
      return bool_;
    case weakness::integer:
      return int64;
    case weakness::complex:
      return complex128;
    case weakness::strong:
    case weakness::floating:
      break;
  }
  return float64;
}

signature resolve(type_rule rule, std::span<const operand_type> operands) {
  const dtype plain = common(operands, false);
  const dtype floating = common(operands, true);
  const dtype number = plain == bool_ ? int8 : plain;
  const auto same = [](dtype type, std::string_view refused) { return signature{type, type, refused}; };
  const auto unless_complex = [&](dtype type) { return is_complex(type) ? needs_real : std::string_view{}; };
  switch (rule) {
    case type_rule::arithmetic:
    case type_rule::select:
      return same(plain, {});
    case type_rule::arithmetic_not_bool:
      return same(plain, plain == bool_ ? needs_numbers : std::string_view{});
    case type_rule::arithmetic_number:
      return same(number, {});
    case type_rule::arithmetic_real:
      return same(number, unless_complex(number));
    case type_rule::arithmetic_ordered:
      return same(plain, unless_complex(plain));
    case type_rule::true_divide:
      return same(is_whole(plain) ? float64 : plain, {});
    case type_rule::floating:
      return same(floating, {});
    case type_rule::floating_real:
      return same(floating, unless_complex(floating));
    case type_rule::make_complex:
      return {floating, complex_of(floating), unless_complex(floating)};
    case type_rule::angle:
      return {floating, component(floating), {}};
    case type_rule::magnitude:
      return {plain, component(plain), {}};
    case type_rule::comparison:
    case type_rule::predicate:
      return {plain, bool_, {}};
    case type_rule::comparison_ordered:
    case type_rule::predicate_real:
      return {plain, bool_, unless_complex(plain)};
    case type_rule::bits:
      return integers_only(operands, plain, is_whole(plain), needs_bits);
    case type_rule::shift:
      return integers_only(operands, number, is_integer(number), needs_integers);
    case type_rule::count_bits:
      return {number, uint8, is_integer(number) ? std::string_view{} : needs_integers};
  }
  throw internal_error("resolve: expected a type rule, got one that no row has");
}

signature resolve(contraction /*product*/, std::span<const operand_type> operands) {
  const dtype type = common(operands, false);
  const bool whole = std::any_of(operands.begin(), operands.end(), [](const operand_type& each) {
    return each.weak == weakness::strong && is_whole(each.type);
  });
  return {type, type, whole || is_whole(type) ? needs_blas_types : std::string_view{}};
}

reduction_signature resolve(reduction reducer, dtype element) {
  const std::string_view rule = row(reducer).rule;
  const dtype wide = is_complex(element) ? complex128 : float64;
  if (rule == "sum") {
    const dtype whole = is_unsigned(element) ? uint64 : int64;
    return is_whole(element) ? reduction_signature{whole, whole, {}} : reduction_signature{wide, element, {}};
  }
  if (rule == "extremum") {
    return {element, element, is_complex(element) ? needs_real : std::string_view{}};
  }
  if (rule == "mean") {
    return {wide, is_whole(element) ? float64 : element, {}};
  }
  if (rule == "moments") {
    return {wide, is_whole(element) ? float64 : component(element), {}};
  }
  if (rule == "truth") {
    return {bool_, bool_, {}};
  }
  if (rule == "count") {
    return {int64, int64, {}};
  }
  if (rule == "position") {
    return {int64, int64, is_complex(element) ? needs_real : std::string_view{}};
  }
  throw internal_error("resolve: expected a reduction rule, got " + std::string(rule));
}

}  // namespace gpucompute::graph
