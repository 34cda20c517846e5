// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/graph/op.hpp"
#include "kernels/lower/kernel.hpp"

// Kernels written by hand, for tests of what runs them.

namespace gpucompute::tests {

template <typename T>
std::uint64_t bits_of(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

/// Appends to one program; each call returns the number of the value made.
class program_maker {
 public:
  explicit program_maker(lower::program& code) : code_(code) {}

  lower::value load(std::uint32_t operand, dtype component_type, std::uint8_t lane = 0) {
    return push({.code = lower::opcode::load, .type = component_type, .lane = lane, .index = operand});
  }
  lower::value parameter(std::uint32_t index, dtype type) {
    return push({.code = lower::opcode::parameter, .type = type, .index = index});
  }
  lower::value constant(dtype type, std::uint64_t bits) {
    return push({.code = lower::opcode::constant, .type = type, .bits = bits});
  }
  lower::value position() { return push({.code = lower::opcode::position, .type = int64}); }
  lower::value cast(lower::value from, dtype to) {
    return push({.code = lower::opcode::cast, .type = to, .arity = 1, .args = {from}});
  }
  lower::value apply(graph::op operation, dtype result, std::initializer_list<lower::value> args) {
    lower::instruction step = {.code = lower::opcode::apply,
                               .operation = operation,
                               .type = result,
                               .arity = static_cast<std::uint8_t>(args.size())};
    std::size_t next = 0;
    for (const lower::value arg : args) step.args[next++] = arg;
    return push(step);
  }
  dtype type_of(lower::value number) const { return code_.body[number].type; }

 private:
  lower::value push(const lower::instruction& step) {
    code_.body.push_back(step);
    return static_cast<lower::value>(code_.body.size() - 1);
  }
  lower::program& code_;
};

/// sum: one field of `type` starting at -0.
inline lower::reducer sum_reducer(dtype type, lower::value lifted) {
  lower::reducer made;
  made.fields = {type};
  made.identities = {is_floating(type) ? (type == float32 ? bits_of(-0.0f) : bits_of(-0.0)) : 0};
  made.lifted = {lifted};
  program_maker make(made.combine);
  made.combine.results = {make.apply(graph::op::add, type, {make.load(0, type, 0), make.load(0, type, 1)})};
  return made;
}

/// out = (x*y + p) for reals of `type`.
inline lower::kernel multiply_add(dtype type) {
  lower::kernel kernel;
  kernel.inputs = {{.type = type}, {.type = type}};
  kernel.outputs = {{.type = type}};
  kernel.parameters = {type};
  program_maker make(kernel.body);
  const auto product = make.apply(graph::op::multiply, type, {make.load(0, type), make.load(1, type)});
  kernel.body.results = {make.apply(graph::op::add, type, {product, make.parameter(0, type)})};
  return kernel;
}

/// out = sin(x) + x
inline lower::kernel sine_plus(dtype type) {
  lower::kernel kernel;
  kernel.inputs = {{.type = type}};
  kernel.outputs = {{.type = type}};
  program_maker make(kernel.body);
  const auto x = make.load(0, type);
  kernel.body.results = {make.apply(graph::op::add, type, {make.apply(graph::op::sin, type, {x}), x})};
  return kernel;
}

}  // namespace gpucompute::tests
