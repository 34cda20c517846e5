// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "kernels/array/broadcast.hpp"
#include "kernels/lower/contraction.hpp"
#include "kernels/lower/planner.hpp"

// How the planner places contractions: their operands lie in memory, and so does what they make.

namespace gpucompute::lower {

bool planner::claim_product(std::uint32_t output) {
  const lowered_result& result = program_.results[outputs_[output].result];
  const stored& target = targets_[output];
  const term& first = program_.terms[result.value.real];
  if (first.kind != term_kind::product) {
    return false;
  }
  const lowered_contraction& contraction = program_.contractions[first.index];
  const graph::contraction_shape& how = shapes_.contractions[first.index].how;
  const auto is_lane = [&](term_id id, std::uint8_t lane) {
    const term& which = program_.terms[id];
    return which.kind == term_kind::product && which.index == first.index && which.lane == lane;
  };
  const bool whole = is_lane(result.value.real, 0) && result.value.complex() == is_complex(contraction.type) &&
                     (!result.value.complex() || is_lane(result.value.imag, 1));
  if (!whole || products_[first.index] || target.type != contraction.type || target.shape != how.result ||
      element_count(how.result) == 0 || !target.aligned || !written_in_place(how, target.type, target.strides)) {
    return false;
  }
  products_[first.index] = target;
  return true;
}

std::optional<planner::stored_lane> planner::known_lane(term_id id) const {
  const term& which = program_.terms[id];
  switch (which.kind) {
    case term_kind::input: {
      const layout& from = inputs_[which.index];
      return stored_lane{{source_kind::input, which.index, 0, from.type, from.shape, from.strides, from.aligned},
                         which.lane};
    }
    case term_kind::state:
      return stored_lane{states_[which.index][which.lane]};
    case term_kind::product:
      // NOLINTNEXTLINE(bugprone-unchecked-optional-access): emitted before its users
      return stored_lane{*products_[which.index], which.lane};
    default:
      break;
  }
  const auto known = values_.find(id);
  return known == values_.end() ? std::nullopt : std::optional(known->second);
}

std::optional<stored> planner::known_memory(const parts& what, dtype type) const {
  const auto real = known_lane(what.real);
  if (!real || real->lane != 0 || real->memory.type != type) {
    return std::nullopt;
  }
  if (what.complex()) {
    const auto imag = known_lane(what.imag);
    const bool beside = imag && imag->lane == 1 && imag->memory.type == type &&
                        imag->memory.kind == real->memory.kind && imag->memory.index == real->memory.index &&
                        imag->memory.offset == real->memory.offset;
    return beside ? std::optional(real->memory) : std::nullopt;
  }
  return real->memory;
}

stored planner::operand_memory(const parts& what, const dimensions& shape, dtype type) {
  auto known = known_memory(what, type);
  if (!known) {
    return stored_operand(what, shape, type);
  }
  known->strides = broadcast_strides(known->shape, known->strides, shape);
  known->shape = shape;
  return *known;
}

stored planner::stored_operand(const parts& what, const dimensions& shape, dtype type) {
  const stored made = new_scratch(type, shape);
  emit_stores(shape, std::array{store{what, made}});
  // Kernels that follow load it from there. A part may be of another shape than the operand: real(complex(x, y)) is x.
  std::vector<term_id> lanes;
  append_lanes(what, lanes);
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): choose_materialised() has made it
  const materialisation& terms = *materialised_;
  for (std::size_t lane = 0; lane < lanes.size(); ++lane) {
    if (terms.shape(lanes[lane]) == shape) {
      values_.emplace(lanes[lane], stored_lane{made, static_cast<std::uint8_t>(lane)});
    }
  }
  return made;
}

void planner::emit_contraction(std::uint32_t number) {
  const lowered_contraction& contraction = program_.contractions[number];
  const contraction_shapes& shapes = shapes_.contractions[number];
  std::optional<stored>& product = products_[number];
  if (!product) {
    product = new_scratch(contraction.type, shapes.how.result);
  }
  const stored& target = *product;
  if (element_count(target.shape) == 0) {
    return;
  }
  if (shapes.how.length == 0) {
    return emit_zeros(target);
  }
  std::array memory{operand_memory(contraction.operands[0], shapes.operands[0], contraction.type),
                    operand_memory(contraction.operands[1], shapes.operands[1], contraction.type), target};
  const launch as_they_lie = contraction_launch(shapes.how, memory);
  // One copy beforehand instead of one a product, unless it repeats what lies once.
  for (std::size_t side = 0; side < 2 && product_count(as_they_lie) > 1; ++side) {
    const dimensions& strides = memory[side].strides;
    if (!lies_for_blas(as_they_lie, side) && std::find(strides.begin(), strides.end(), 0) == strides.end()) {
      memory[side] = stored_operand(contraction.operands[side], shapes.operands[side], contraction.type);
    }
  }
  plan_.launches.push_back(contraction_launch(shapes.how, memory));
}

// Sums of no products; no device meets an extent of 0.
void planner::emit_zeros(const stored& target) {
  kernel made;
  made.outputs.push_back({.type = target.type});
  for (int lane = 0; lane <= (is_complex(target.type) ? 1 : 0); ++lane) {
    made.body.results.push_back(static_cast<value>(made.body.body.size()));
    made.body.body.push_back({.code = opcode::constant, .type = component(target.type)});
  }
  add_launch(std::move(made), target.shape, 0, std::array{target}, {});
}

}  // namespace gpucompute::lower
