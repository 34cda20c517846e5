// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include "kernels/lower/launch.hpp"
#include "tests/common/scalar.hpp"

// Kernels written by hand, for tests of what runs them.

namespace gpucompute::testing {

/// Appends to one program; each call returns the number of the value made.
class code_builder {
 public:
  explicit code_builder(lower::program& target) : code_(target) {}

  lower::value load(std::uint32_t index, dtype type, std::uint8_t lane = 0) {
    return add({.code = lower::opcode::load, .type = type, .lane = lane, .index = index});
  }
  lower::value parameter(std::uint32_t index, dtype type) {
    return add({.code = lower::opcode::parameter, .type = type, .index = index});
  }
  lower::value constant(dtype type, std::uint64_t bits) {
    return add({.code = lower::opcode::constant, .type = type, .bits = bits});
  }
  template <typename T>
  lower::value constant(T value) {
    return constant(dtype_of<T>(), to_bits(value));
  }
  lower::value position() { return add({.code = lower::opcode::position, .type = int64}); }
  lower::value cast(lower::value from, dtype type) {
    return add({.code = lower::opcode::cast, .type = type, .arity = 1, .args = {from}});
  }
  lower::value apply(graph::op operation, dtype result, std::span<const lower::value> arguments) {
    lower::instruction made = {.code = lower::opcode::apply,
                               .operation = operation,
                               .type = result,
                               .arity = static_cast<std::uint8_t>(arguments.size())};
    std::copy(arguments.begin(), arguments.end(), made.args.begin());
    return add(made);
  }
  lower::value apply(graph::op operation, dtype result, std::initializer_list<lower::value> arguments) {
    return apply(operation, result, std::span<const lower::value>(arguments.begin(), arguments.size()));
  }

 private:
  lower::value add(const lower::instruction& made) {
    code_.body.push_back(made);
    return static_cast<lower::value>(code_.body.size() - 1);
  }
  lower::program& code_;
};

/// A reducer that merges with one operation on one field.
inline lower::reducer merging(graph::op operation, dtype type, std::uint64_t identity, lower::value lifted) {
  lower::reducer made{.fields = {type}, .identities = {identity}, .lifted = {lifted}, .combine = {}};
  code_builder code(made.combine);
  const lower::value left = code.load(0, type, 0);
  const lower::value right = code.load(0, type, 1);
  made.combine.results = {code.apply(operation, type, {left, right})};
  return made;
}

/// Binds operand k of a launch: strides in bytes.
inline lower::operand_binding bind(std::uint32_t index, const dimensions& kept, const dimensions& reduced = {}) {
  return {
      .kind = lower::source_kind::input, .index = index, .offset = 0, .kept_strides = kept, .reduced_strides = reduced};
}

inline lower::launch make_launch(std::shared_ptr<const lower::kernel> kernel, const dimensions& kept,
                                 std::vector<lower::operand_binding> operands, const dimensions& reduced = {}) {
  return {std::move(kernel), kept, reduced, std::move(operands), {}};
}

}  // namespace gpucompute::testing
