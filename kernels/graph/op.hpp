// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

#include <gpucompute/dtype.hpp>

namespace gpucompute::graph {

/// The operations of ops.def, in its order.
enum class op : std::uint16_t {
#define OP(id, ...) id,
#define INTERNAL_OP(id, ...) id,
#include <gpucompute/ops.def>
};

/// The reductions of reductions.def, in its order.
enum class reduction : std::uint8_t {
#define REDUCTION(id, ...) id,
#include <gpucompute/reductions.def>
};

/// How argument types become the compute type (to which all arguments are cast) and the result type. NumPy 2 rules.
enum class type_rule : std::uint8_t {
  arithmetic,           ///< common type in and out; bool allowed
  arithmetic_not_bool,  ///< the same; bool refused
  floating,             ///< bool and integers become floating; floating and complex keep their type
  floating_real,        ///< the same; complex refused
  comparison_ordered,   ///< common type in, bool out; complex refused
  select,               ///< (bool, common, common) -> common
};

enum class lowering : std::uint8_t { never, primitive, library, text };

struct lowering_rule {
  lowering how = lowering::never;
  std::string_view text = {};
};

struct interval {
  double low, high;
};

struct ulp_bounds {
  double cpu_float32, cpu_float64, complex, cuda_float32, cuda_float64;
};

/// What a row of ops.def says.
struct op_row {
  std::string_view name;
  int arity;
  type_rule rule;
  lowering_rule on_bool, on_integer, on_float, on_complex;
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

const op_row& row(op operation);
const reduction_row& row(reduction kind);
/// Rows in order; the index is the enumerator.
std::size_t op_count();
std::size_t reduction_count();
/// How `operation` is lowered for a compute type.
const lowering_rule& lowering_of(op operation, dtype compute);

}  // namespace gpucompute::graph
