// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstring>
#include <initializer_list>
#include <span>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::cuda {

/// Kernel descriptions by hand: what the emitter gets, without the language before it.
class kernel_builder {
 public:
  using value = lower::value;

  std::uint32_t input(dtype type, std::int32_t step = 1, bool aligned = true) {
    made_.inputs.push_back({type, step, aligned});
    return static_cast<std::uint32_t>(made_.inputs.size() - 1);
  }
  value load(std::uint32_t input, std::uint8_t lane = 0) {
    return push(
        {.code = lower::opcode::load, .type = component(made_.inputs[input].type), .lane = lane, .index = input});
  }
  value in(dtype type, std::int32_t step = 1, bool aligned = true) { return load(input(type, step, aligned)); }
  value parameter(dtype type) {
    made_.parameters.push_back(type);
    return push({.code = lower::opcode::parameter,
                 .type = type,
                 .index = static_cast<std::uint32_t>(made_.parameters.size() - 1)});
  }
  template <typename T>
  value constant(T number) {
    std::uint64_t bits = 0;
    std::memcpy(&bits, &number, sizeof number);
    return push({.code = lower::opcode::constant, .type = dtype_of<T>(), .bits = bits});
  }
  value cast(value from, dtype to) {
    return push({.code = lower::opcode::cast, .type = to, .arity = 1, .args = {from}});
  }
  value apply(graph::op operation, dtype result, std::span<const value> arguments) {
    lower::instruction step{.code = lower::opcode::apply,
                            .operation = operation,
                            .type = result,
                            .arity = static_cast<std::uint8_t>(arguments.size())};
    std::copy(arguments.begin(), arguments.end(), step.args.begin());
    return push(step);
  }
  value apply(graph::op operation, dtype result, std::initializer_list<value> arguments) {
    return apply(operation, result, std::span<const value>(arguments.begin(), arguments.size()));
  }
  /// Result of the type of the last argument.
  value apply(graph::op operation, std::initializer_list<value> arguments) {
    return apply(operation, made_.body.body[*(arguments.end() - 1)].type, arguments);
  }
  void out(dtype type, std::initializer_list<value> lanes, std::int32_t step = 1, bool aligned = true) {
    made_.outputs.push_back({type, step, aligned});
    made_.body.results.insert(made_.body.results.end(), lanes);
  }
  lower::kernel done() const { return made_; }

 private:
  value push(const lower::instruction& step) {
    made_.body.body.push_back(step);
    return static_cast<value>(made_.body.body.size() - 1);
  }
  lower::kernel made_;
};

}  // namespace gpucompute::cuda
