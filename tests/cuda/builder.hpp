// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <initializer_list>
#include <span>

#include "tests/common/kernel_builder.hpp"

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
    return code().load(input, component(made_.inputs[input].type), lane);
  }
  value in(dtype type, std::int32_t step = 1, bool aligned = true) { return load(input(type, step, aligned)); }
  value parameter(dtype type) {
    made_.parameters.push_back(type);
    return code().parameter(static_cast<std::uint32_t>(made_.parameters.size() - 1), type);
  }
  template <typename T>
  value constant(T number) {
    return code().constant(number);
  }
  value cast(value from, dtype to) { return code().cast(from, to); }
  value apply(graph::op operation, dtype result, std::span<const value> arguments) {
    return code().apply(operation, result, arguments);
  }
  value apply(graph::op operation, dtype result, std::initializer_list<value> arguments) {
    return code().apply(operation, result, arguments);
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
  testing::code_builder code() { return testing::code_builder(made_.body); }
  lower::kernel made_;
};

}  // namespace gpucompute::cuda
