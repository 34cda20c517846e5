// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

#include "kernels/graph/op.hpp"

// NumPy 2's type rules (NEP 50). Departures are listed in tests/language/types_tests.cpp and in the documentation.

namespace gpucompute::graph {

/// A weak operand (a literal, a C++ number) takes the type of what it meets, as far as its kind can.
enum class weakness : std::uint8_t { strong, boolean, integer, floating, complex };

struct operand_type {
  weakness weak = weakness::strong;
  dtype type = float64;  ///< meaningful when strong
};

/// The type that holds both, as numpy.promote_types: int64 with uint64 is float64.
dtype promote(dtype a, dtype b);
/// bool, int64, float64, complex128: what a weak operand is when it meets nothing.
dtype default_type(weakness weak);
/// complex64 for float32, complex128 for float64.
constexpr dtype complex_of(dtype real) { return real == float32 ? complex64 : complex128; }

/// `refused` is not empty when no type fits: what the operation needs instead.
struct signature {
  dtype compute = float64;
  dtype result = float64;
  std::string_view refused = {};
};
/// For `select` the operands are the two choices, without the condition.
signature resolve(type_rule rule, std::span<const operand_type> operands);

/// Of the two operands of a contraction, at least one of them strong: the common type.
signature resolve(contraction product, std::span<const operand_type> operands);

struct reduction_signature {
  dtype accumulator = float64;
  dtype result = float64;
  std::string_view refused = {};
};
/// Types of a reduction of elements of `element`; see reductions.def.
reduction_signature resolve(reduction reducer, dtype element);

}  // namespace gpucompute::graph
