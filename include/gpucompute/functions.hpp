// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>  // takes away C's macros isnan, signbit and their like
#include <initializer_list>
#include <string>
#include <vector>

#include <gpucompute/expression.hpp>

// One C++ function a row of ops.def, contractions.def and reductions.def: gc::sin(u), gc::where(u > 0, u, 0), gc::matmul(u, v),
// gc::sum(u, {.axis = 1}).

namespace gpucompute {

#define GPUCOMPUTE_CALL_1(id) \
  inline expression id(const expression& a) { return expression::call(#id, {a}); }
#define GPUCOMPUTE_CALL_2(id) \
  inline expression id(const expression& a, const expression& b) { return expression::call(#id, {a, b}); }
#define GPUCOMPUTE_CALL_3(id)                                                           \
  inline expression id(const expression& a, const expression& b, const expression& c) { \
    return expression::call(#id, {a, b, c});                                            \
  }
#define GPUCOMPUTE_OP(id, arity, ...) GPUCOMPUTE_CALL_##arity(id)
#define GPUCOMPUTE_INTERNAL_OP(...)
#include <gpucompute/ops.def>
#define GPUCOMPUTE_CONTRACTION(id, ...) GPUCOMPUTE_CALL_2(id)
#include <gpucompute/contractions.def>
#undef GPUCOMPUTE_CALL_1
#undef GPUCOMPUTE_CALL_2
#undef GPUCOMPUTE_CALL_3

#define GPUCOMPUTE_ALIAS(name, id)                                 \
  template <typename... Operands>                                  \
  expression name(const Operands&... operands) requires requires { \
    id(expression(operands)...);                                   \
  }                                                                \
  { return id(expression(operands)...); }
#include <gpucompute/aliases.def>

/// The value of `a` converted to `type`, as `float32(a)` in the text.
GPUCOMPUTE_API expression cast(const expression& a, dtype type);

/// Axes to reduce over; all of them unless given. Negative ones count from the end.
class reduction_axis {
 public:
  reduction_axis() = default;
  reduction_axis(int axis) : all_(false), axes_{axis} {}                          // NOLINT(google-explicit-constructor)
  reduction_axis(std::initializer_list<int> axes) : all_(false), axes_(axes) {}   // NOLINT(google-explicit-constructor)
  reduction_axis(std::vector<int> axes) : all_(false), axes_(std::move(axes)) {}  // NOLINT(google-explicit-constructor)
  bool all() const noexcept { return all_; }
  const std::vector<int>& axes() const noexcept { return axes_; }

 private:
  bool all_ = true;
  std::vector<int> axes_;
};

struct reduction_options {
  reduction_axis axis = {};
  bool keepdims = false;
  double ddof = 0;  ///< of var and std
};

namespace detail {
GPUCOMPUTE_API std::string keywords(const reduction_options& options);
}

#define GPUCOMPUTE_REDUCTION(id, ...)                                                \
  inline expression id(const expression& a, const reduction_options& options = {}) { \
    return expression::call(#id, {a}, detail::keywords(options));                    \
  }
#include <gpucompute/reductions.def>

}  // namespace gpucompute
