// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

#include <gpucompute/error.hpp>

#include "kernels/lower/launch.hpp"

namespace gpucompute::cpu::testing {

template <typename T>
std::uint64_t bits_of(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

inline graph::op operation(std::string_view name) {
  for (std::size_t k = 0; k < graph::op_count(); ++k) {
    if (graph::row(static_cast<graph::op>(k)).name == name) {
      return static_cast<graph::op>(k);
    }
  }
  throw internal_error("no operation " + std::string(name));
}

/// Writes straight-line code.
class code_builder {
 public:
  explicit code_builder(lower::program& target) : code_(target) {}

  lower::value load(std::uint32_t index, dtype type, std::uint8_t lane = 0) {
    return add({.code = lower::opcode::load, .type = type, .lane = lane, .index = index});
  }
  lower::value parameter(std::uint32_t index, dtype type) {
    return add({.code = lower::opcode::parameter, .type = type, .index = index});
  }
  template <typename T>
  lower::value constant(T value) {
    return add({.code = lower::opcode::constant, .type = dtype_of<T>(), .bits = bits_of(value)});
  }
  lower::value position() { return add({.code = lower::opcode::position, .type = int64}); }
  lower::value cast(lower::value from, dtype type) {
    return add({.code = lower::opcode::cast, .type = type, .arity = 1, .args = {from}});
  }
  lower::value apply(std::string_view name, dtype type, std::initializer_list<lower::value> arguments) {
    lower::instruction made{.code = lower::opcode::apply,
                            .operation = operation(name),
                            .type = type,
                            .arity = static_cast<std::uint8_t>(arguments.size())};
    std::copy(arguments.begin(), arguments.end(), made.args.begin());
    return add(made);
  }

 private:
  lower::value add(const lower::instruction& made) {
    code_.body.push_back(made);
    return static_cast<lower::value>(code_.body.size() - 1);
  }
  lower::program& code_;
};

/// A reducer that merges with one operation on one field.
inline lower::reducer merging(std::string_view name, dtype type, std::uint64_t identity, lower::value lifted) {
  lower::reducer made{.fields = {type}, .identities = {identity}, .lifted = {lifted}, .combine = {}};
  code_builder code(made.combine);
  const lower::value l = code.load(0, type, 0);
  const lower::value r = code.load(0, type, 1);
  made.combine.results = {code.apply(name, type, {l, r})};
  return made;
}

/// Binds operand k of a launch: strides in bytes.
inline lower::operand_binding bind(std::uint32_t index, dimensions kept, dimensions reduced = {}) {
  return {
      .kind = lower::source_kind::input, .index = index, .offset = 0, .kept_strides = kept, .reduced_strides = reduced};
}

inline lower::launch make_launch(std::shared_ptr<const lower::kernel> kernel, dimensions kept,
                                 std::vector<lower::operand_binding> operands, dimensions reduced = {}) {
  return {std::move(kernel), kept, reduced, std::move(operands), {}};
}

}  // namespace gpucompute::cpu::testing
