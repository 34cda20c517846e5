// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include <gpucompute/dtype.hpp>

namespace gpucompute::graph {

/// The operations of ops.def, in its order.
enum class op : std::uint16_t {
#define GPUCOMPUTE_OP(id, ...) id,
#define GPUCOMPUTE_INTERNAL_OP(id, ...) id,
#include <gpucompute/ops.def>
};

/// The reductions of reductions.def, in its order.
enum class reduction : std::uint8_t {
#define GPUCOMPUTE_REDUCTION(id, ...) id,
#include <gpucompute/reductions.def>
};

/// The contractions of contractions.def, in its order.
enum class contraction : std::uint8_t {
#define GPUCOMPUTE_CONTRACTION(id, ...) id,
#include <gpucompute/contractions.def>
};

/// How argument types become the compute type (to which all arguments are cast) and the result type. NumPy 2 rules;
/// "common" is NumPy's promotion with weak literals, "floating" the same after bool and integers of at most 16 bits have
/// become float32 and wider ones float64. Unless it says otherwise the result has the compute type.
enum class type_rule : std::uint8_t {
  arithmetic,           ///< common
  arithmetic_not_bool,  ///< common; bool refused
  arithmetic_number,    ///< common; bool becomes int8
  arithmetic_real,      ///< the same; complex refused
  arithmetic_ordered,   ///< common, bool included; complex refused
  true_divide,          ///< common; bool and integers become float64
  floating,             ///< floating
  floating_real,        ///< the same; complex refused
  make_complex,         ///< the same; the result is the complex type of that component
  angle,                ///< floating; the result is the component
  magnitude,            ///< common; the result is the component
  comparison,           ///< common; the result is bool
  comparison_ordered,   ///< the same; complex refused
  predicate,            ///< common; the result is bool
  predicate_real,       ///< the same; complex refused
  bits,                 ///< common; bool and integers only
  shift,                ///< the same; bool becomes int8
  count_bits,           ///< as shift; the result is uint8
  select,               ///< (bool, common, common) -> common
};

enum class lowering : std::uint8_t { never, primitive, library, text, structure };

struct lowering_rule {
  lowering how = lowering::never;
  std::string_view text = {};
};

/// Integers may be lowered by sign.
struct integer_lowering {
  lowering_rule on_signed, on_unsigned;
  constexpr integer_lowering(const lowering_rule& both) : on_signed(both), on_unsigned(both) {}  // NOLINT
  constexpr integer_lowering(const lowering_rule& s, const lowering_rule& u) : on_signed(s), on_unsigned(u) {}
};

struct interval {
  double low, high;
};

/// How far a complex result may lie from the exact one, as ops.def defines it.
struct complex_bound {
  double units;
  bool of_larger = false;  ///< units of the larger part for both, else each part's own
  double steady = 0;       ///< of_larger: size of the exponent beyond which `units` is multiplied by it; 0: none
  constexpr complex_bound(double each) : units(each) {}  // NOLINT: a plain number in the table
  constexpr complex_bound(double larger, double exponent) : units(larger), of_larger(true), steady(exponent) {}
};

struct ulp_bounds {
  double cpu_float32, cpu_float64;
  complex_bound complex;
  double cuda_float32, cuda_float64;
  std::string_view reason = {};  ///< of bounds above 4
};

/// What a row of ops.def says.
struct op_row {
  std::string_view name;
  int arity;
  type_rule rule;
  lowering_rule on_bool;
  integer_lowering on_integer;
  lowering_rule on_float, on_complex;
  double cost;
  interval range;
  ulp_bounds ulp;
  std::string_view doc;
  bool internal;
};

/// What a row of reductions.def says; texts as described there.
struct reduction_row {
  std::string_view name;
  std::string_view rule;
  std::string_view state, lift, combine, finish;
  std::string_view empty;  ///< error text for zero elements; empty when allowed
  std::string_view doc;
};

/// What a row of contractions.def says.
struct contraction_row {
  std::string_view name;
  std::string_view doc;
};

const op_row& row(op operation);
const reduction_row& row(reduction kind);
const contraction_row& row(contraction kind);
/// Rows in order; the index is the enumerator.
std::size_t op_count();
std::size_t reduction_count();
std::size_t contraction_count();
/// How `operation` is lowered for a compute type.
const lowering_rule& lowering_of(op operation, dtype compute);

/// Further names of an operation (NumPy's `asin` of arcsin).
struct op_alias {
  std::string_view name;
  op operation;
};
std::span<const op_alias> aliases();

}  // namespace gpucompute::graph
