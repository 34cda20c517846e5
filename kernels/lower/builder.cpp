// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/builder.hpp"

namespace gpucompute::lower {

kernel_builder::kernel_builder(const planner& owner)
    : owner_(owner), emit_(owner.program_.terms, [this](term_id id) { return leaf(id); }) {}

kernel kernel_builder::take() {
  kernel made;
  made.body.body = emit_.take_body();
  made.parameters = std::move(parameter_types_);
  for (const stored& from : operands_) {
    made.inputs.push_back({.type = from.type});
  }
  return made;
}

instruction kernel_builder::load(const stored& from, dtype type, std::uint8_t lane) {
  std::uint32_t number = 0;
  while (number < operands_.size() && (operands_[number].kind != from.kind || operands_[number].index != from.index ||
                                       operands_[number].offset != from.offset)) {
    ++number;
  }
  if (number == operands_.size()) {
    operands_.push_back(from);
  }
  return {.code = opcode::load, .type = type, .lane = lane, .index = number};
}

instruction kernel_builder::parameter(dtype type, std::uint64_t bits) {
  parameter_types_.push_back(type);
  parameters_.push_back(bits);
  return {.code = opcode::parameter, .type = type, .index = static_cast<std::uint32_t>(parameters_.size() - 1)};
}

std::uint64_t kernel_builder::count_of(const term& which) const {
  return static_cast<std::uint64_t>(owner_.shapes_.reductions[which.index].count);
}

instruction kernel_builder::leaf(term_id id) {
  const term& which = owner_.program_.terms[id];
  switch (which.kind) {
    case term_kind::input: {
      const layout& from = owner_.inputs_[which.index];
      return load({source_kind::input, which.index, 0, from.type, from.shape, from.strides, from.aligned}, which.type,
                  which.lane);
    }
    case term_kind::literal:
      return parameter(which.type, which.bits);
    case term_kind::constant:
      return {.code = opcode::constant, .type = which.type, .bits = which.bits};
    case term_kind::position:
      return {.code = opcode::position, .type = int64};
    case term_kind::count:
      return parameter(int64, count_of(which));
    case term_kind::state:
      return load(owner_.states_[which.index][which.lane], which.type, 0);
    case term_kind::product:
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): emitted before its users
      return load(*owner_.products_[which.index], which.type, which.lane);
    case term_kind::cast:
      if (const term& from = owner_.program_.terms[which.args[0]]; from.kind == term_kind::count) {
        return parameter(which.type, cast_bits(count_of(from), int64, which.type));
      }
      break;
    case term_kind::apply:
      break;
  }
  const auto known = owner_.values_.find(id);
  return known != owner_.values_.end() ? load(known->second.memory, which.type, known->second.lane)
                                       : instruction{.code = opcode::apply};
}

}  // namespace gpucompute::lower
