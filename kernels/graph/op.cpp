// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/op.hpp"

#include <iterator>

namespace gpucompute::graph {
namespace {

constexpr lowering_rule NEVER{lowering::never, {}};
constexpr lowering_rule PRIMITIVE{lowering::primitive, {}};
constexpr lowering_rule LIBRARY{lowering::library, {}};
constexpr lowering_rule STRUCTURE{lowering::structure, {}};
constexpr lowering_rule TEXT(std::string_view text) { return {lowering::text, text}; }
constexpr integer_lowering BY_SIGN(const lowering_rule& on_signed, const lowering_rule& on_unsigned) {
  return {on_signed, on_unsigned};
}

constexpr complex_bound LARGER(double units) { return {units, 0}; }
constexpr complex_bound EXPONENT(double units, double steady) { return {units, steady}; }
constexpr ulp_bounds ULP(double f32, double f64, complex_bound complex, double cuda_f32, double cuda_f64,
                         std::string_view reason = {}) {
  return {f32, f64, complex, cuda_f32, cuda_f64, reason};
}
constexpr ulp_bounds EXACT{0.5, 0.5, 0.5, 0.5, 0.5};

constexpr interval RANGE(double low, double high) { return {low, high}; }

#define ROW(id, arity, rule, ...) {#id, arity, type_rule::rule, __VA_ARGS__},
#define GPUCOMPUTE_OP(id, arity, rule, ...) ROW(id, arity, rule, __VA_ARGS__, false)
#define GPUCOMPUTE_INTERNAL_OP(id, arity, rule, ...) ROW(id, arity, rule, __VA_ARGS__, true)
constexpr op_row op_rows[] = {
#include <gpucompute/ops.def>
};
#undef ROW

constexpr op_alias alias_rows[] = {
#define GPUCOMPUTE_ALIAS(name, id) {#name, op::id},
#include <gpucompute/aliases.def>
};

constexpr std::string_view ALLOWED{};
#define GPUCOMPUTE_REDUCTION(id, rule, state, lift, combine, finish, empty, doc) \
  {#id, #rule, state, lift, combine, finish, empty, doc},
constexpr reduction_row reduction_rows[] = {
#include <gpucompute/reductions.def>
};

constexpr contraction_row contraction_rows[] = {
#define GPUCOMPUTE_CONTRACTION(id, doc) {#id, doc},
#include <gpucompute/contractions.def>
};

}  // namespace

const op_row& row(op operation) { return op_rows[static_cast<std::size_t>(operation)]; }
const reduction_row& row(reduction kind) { return reduction_rows[static_cast<std::size_t>(kind)]; }
const contraction_row& row(contraction kind) { return contraction_rows[static_cast<std::size_t>(kind)]; }
std::size_t op_count() { return std::size(op_rows); }
std::size_t reduction_count() { return std::size(reduction_rows); }
std::size_t contraction_count() { return std::size(contraction_rows); }

std::span<const op_alias> aliases() { return alias_rows; }

const lowering_rule& lowering_of(op operation, dtype compute) {
  const op_row& r = row(operation);
  switch (kind(compute)) {
    case dtype_kind::boolean:
      return r.on_bool;
    case dtype_kind::signed_integer:
      return r.on_integer.on_signed;
    case dtype_kind::unsigned_integer:
      return r.on_integer.on_unsigned;
    case dtype_kind::floating:
      return r.on_float;
    case dtype_kind::complex:
      return r.on_complex;
  }
  return NEVER;
}

}  // namespace gpucompute::graph
