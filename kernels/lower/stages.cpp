// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <tuple>

#include "kernels/array/broadcast.hpp"
#include "kernels/lower/builder.hpp"
#include "kernels/lower/collapse.hpp"
#include "kernels/lower/planner.hpp"

// How the planner turns groups of terms into launches.

namespace gpucompute::lower {
namespace {

/// `number`, of type `from`, as type `to`, both real.
value cast_value(program& body, value number, dtype to) {
  if (body.body[number].type == to) {
    return number;
  }
  body.body.push_back({.code = opcode::cast, .type = to, .arity = 1, .args = {number}});
  return static_cast<value>(body.body.size() - 1);
}

/// Byte strides of a state of `shape.result` along all dimensions of the reduced value.
dimensions state_strides(const reduction_shape& shape, const dimensions& strides) {
  dimensions result = dimensions::filled(shape.over.rank(), 0);
  const bool keepdims = shape.result.rank() == shape.over.rank();
  std::size_t next = 0;
  for (std::size_t axis = 0; axis < shape.over.rank(); ++axis) {
    const bool reduced = (shape.mask >> axis & 1U) != 0;
    if (!reduced) {
      result[axis] = strides[keepdims ? axis : next];
    }
    next += reduced && !keepdims ? 0 : 1;
  }
  return result;
}

}  // namespace

// With a list of its own: how deep terms and reductions lie within one another is the user's.
planner::needs planner::find_needs(std::vector<term_id> roots) const {
  std::vector<bool> seen(program_.terms.size(), false);
  std::vector<bool> needed(groups_.size(), false);
  std::vector<bool> contracted(program_.contractions.size(), false);
  needs found;
  while (!roots.empty()) {
    const term_id id = roots.back();
    roots.pop_back();
    if (seen[id]) {
      continue;
    }
    seen[id] = true;
    const term& which = program_.terms[id];
    roots.insert(roots.end(), which.args.begin(), which.args.begin() + which.arity);
    if (which.kind == term_kind::state) {
      const std::uint32_t number = group_of_[which.index];
      const reduction_group& group = groups_[number];
      if (!needed[number]) {
        needed[number] = true;
        found.groups.push_back(number);
        if (element_count(reduced_shape(group)) != 0) {
          const std::vector<term_id> lifted = lifted_of(group);
          roots.insert(roots.end(), lifted.begin(), lifted.end());
        }
      }
    } else if (which.kind == term_kind::product) {
      const graph::contraction_shape& how = shapes_.contractions[which.index].how;
      if (!contracted[which.index]) {
        contracted[which.index] = true;
        found.contractions.push_back(which.index);
        if (how.length != 0 && element_count(how.result) != 0) {
          for (const parts& operand : program_.contractions[which.index].operands) {
            append_lanes(operand, roots);
          }
        }
      }
    } else if (materialised_->chosen(id)) {
      found.values.push_back(id);
    }
  }
  return found;
}

// Values before the reductions and contractions of their level: these may need them, and find them stored then.
void planner::emit_needed(std::vector<term_id> roots) {
  needs found = find_needs(std::move(roots));
  // A value of another shape that a value of this level needs has fewer elements, or as many and fewer dimensions.
  const auto place = [this](term_id id) {
    const dimensions& shape = materialised_->shape(id);
    return std::tuple(level_of_[id], element_count(shape), shape.rank(), id);
  };
  std::sort(found.values.begin(), found.values.end(), [&](term_id a, term_id b) { return place(a) < place(b); });
  // Level, whether it is a group, number: reductions may load what contractions of their level had to store.
  std::vector<std::tuple<int, bool, std::uint32_t>> stages;
  for (const std::uint32_t number : found.contractions) {
    stages.emplace_back(program_.contractions[number].level, false, number);
  }
  for (const std::uint32_t number : found.groups) {
    stages.emplace_back(level(groups_[number]), true, number);
  }
  std::sort(stages.begin(), stages.end());
  std::span<const term_id> values = found.values;
  for (const auto& [stage_level, is_group, number] : stages) {
    const auto above = std::find_if(values.begin(), values.end(),
                                    [&, most = stage_level](term_id id) { return level_of_[id] > most; });
    const auto count = static_cast<std::size_t>(above - values.begin());
    emit_materialised(values.first(count));
    values = values.subspan(count);
    is_group ? emit_group(groups_[number]) : emit_contraction(number);
  }
  emit_materialised(values);
}

void planner::emit_materialised(std::span<const term_id> wanted) {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): choose_materialised() has made it
  const materialisation& chosen = *materialised_;
  for (const term_id first : wanted) {
    if (values_.contains(first)) {
      continue;
    }
    const dimensions& shape = chosen.shape(first);
    std::vector<store> stores;
    std::vector<term_id> members;
    for (const term_id id : wanted) {
      if (members.size() < most_together && !values_.contains(id) && level_of_[id] == level_of_[first] &&
          chosen.shape(id) == shape) {
        members.push_back(id);
        stores.push_back({{id}, new_scratch(program_.terms[id].type, shape)});
      }
    }
    emit_stores(shape, stores);
    for (std::size_t i = 0; i < members.size(); ++i) {
      values_.emplace(members[i], stored_lane{stores[i].target});
    }
  }
}

void planner::emit_stores(const dimensions& space, std::span<const store> stores) {
  if (element_count(space) == 0) {
    return;
  }
  std::vector<term_id> roots;
  for (const store& made : stores) {
    append_lanes(made.value, roots);
  }
  kernel_builder builder(*this);
  const std::vector<value> lanes = builder.write(roots);
  kernel made = builder.take();
  std::vector<stored> operands = builder.operands();
  std::size_t next = 0;
  for (const store& to : stores) {
    const dtype lane_type = component(to.target.type);
    made.body.results.push_back(cast_value(made.body, lanes[next++], lane_type));
    if (to.value.complex()) {
      made.body.results.push_back(cast_value(made.body, lanes[next++], lane_type));
    } else if (is_complex(to.target.type)) {
      made.body.body.push_back({.code = opcode::constant, .type = lane_type});
      made.body.results.push_back(static_cast<value>(made.body.body.size() - 1));
    }
    made.outputs.push_back({.type = to.target.type});
    operands.push_back(to.target);
  }
  add_launch(std::move(made), space, 0, operands, builder.take_parameters());
}

void planner::emit_group(const reduction_group& group) {
  for (const std::uint32_t member : group.members) {
    for (std::size_t field = 0; field < program_.reductions[member].fields.size(); ++field) {
      states_[member].push_back(state_memory(member, static_cast<std::uint8_t>(field)));
    }
  }
  const reduction_shape& shape = shapes_.reductions[group.members[0]];
  if (element_count(shape.over) == 0) {
    emit_identities(group);
    return;
  }
  kernel_builder builder(*this);
  const std::vector<value> lifted = builder.write(lifted_of(group));
  kernel made = builder.take();
  std::vector<stored> operands = builder.operands();
  std::size_t next = 0;
  for (const std::uint32_t member : group.members) {
    const lowered_reduction& from = program_.reductions[member];
    reducer reduction{.fields = from.fields, .identities = from.identities, .lifted = {}, .combine = from.combine};
    for (const stored& state : states_[member]) {
      reduction.lifted.push_back(lifted[next++]);
      made.outputs.push_back({.type = state.type});
      operands.push_back(state);
      operands.back().strides = state_strides(shapes_.reductions[member], state.strides);
      operands.back().shape = shape.over;
    }
    made.reducers.push_back(std::move(reduction));
  }
  made.schedule = choose_schedule(shape.over, shape.mask, read_strides(group));
  add_launch(std::move(made), shape.over, shape.mask, operands, builder.take_parameters());
}

// The inputs as the caller laid them, other reductions and contractions in C order wherever they lie, whether or not a value between is
// stored: what the call wants besides must not change a bit.
std::vector<dimensions> planner::read_strides(const reduction_group& group) const {
  std::set<std::uint32_t> inputs;
  std::set<std::uint32_t> reductions;
  std::set<std::uint32_t> contractions;
  for (const std::uint32_t member : group.members) {
    const space& over = program_.reductions[member].over;
    inputs.insert(over.inputs.begin(), over.inputs.end());
    reductions.insert(over.reductions.begin(), over.reductions.end());
    contractions.insert(over.contractions.begin(), over.contractions.end());
  }
  std::vector<dimensions> strides;
  strides.reserve(inputs.size() + reductions.size() + contractions.size());
  for (const std::uint32_t input : inputs) {
    strides.push_back(broadcast_strides(inputs_[input].shape, inputs_[input].strides, reduced_shape(group)));
  }
  const auto add_packed = [&](const dimensions& result, dtype type) {
    strides.push_back(broadcast_strides(result, c_strides(result, size_of(type)), reduced_shape(group)));
  };
  for (const std::uint32_t reduction : reductions) {
    add_packed(shapes_.reductions[reduction].result, program_.reductions[reduction].fields[0]);
  }
  for (const std::uint32_t contraction : contractions) {
    add_packed(shapes_.contractions[contraction].how.result, program_.contractions[contraction].type);
  }
  return strides;
}

// No element to reduce: the states are the identities, and no device meets an extent of 0.
void planner::emit_identities(const reduction_group& group) {
  const dimensions& space = shapes_.reductions[group.members[0]].kept;
  if (element_count(space) == 0) {
    return;
  }
  kernel made;
  std::vector<stored> operands;
  for (const std::uint32_t member : group.members) {
    const lowered_reduction& from = program_.reductions[member];
    const reduction_shape& shape = shapes_.reductions[member];
    for (std::size_t field = 0; field < from.fields.size(); ++field) {
      made.body.results.push_back(static_cast<value>(made.body.body.size()));
      made.body.body.push_back({.code = opcode::constant, .type = from.fields[field], .bits = from.identities[field]});
      made.outputs.push_back({.type = from.fields[field]});
      stored to = states_[member][field];
      const dimensions along = state_strides(shape, to.strides);
      to.shape = space;
      to.strides = {};
      for (std::size_t axis = 0; axis < along.rank(); ++axis) {
        if ((shape.mask >> axis & 1U) == 0) {
          to.strides.push_back(along[axis]);
        }
      }
      operands.push_back(to);
    }
  }
  add_launch(std::move(made), space, 0, operands, {});
}

void planner::emit_copies() {
  for (std::size_t k = 0; k < outputs_.size(); ++k) {
    if (!staged_[k]) {
      continue;
    }
    const stored target = memory_of(outputs_[k]);
    if (element_count(target.shape) == 0) {
      continue;
    }
    kernel made;
    made.inputs.push_back({.type = target.type});
    made.outputs.push_back({.type = target.type});
    const std::uint8_t lanes = is_complex(target.type) ? 2 : 1;
    for (std::uint8_t lane = 0; lane < lanes; ++lane) {
      made.body.body.push_back({.code = opcode::load, .type = component(target.type), .lane = lane});
      made.body.results.push_back(lane);
    }
    add_launch(std::move(made), target.shape, 0, std::array{targets_[k], target}, {});
  }
}

void planner::add_launch(kernel description, const dimensions& space, std::uint32_t mask,
                         std::span<const stored> operands, std::vector<std::uint64_t> parameters) {
  launch made;
  std::vector<dimensions> strides;
  std::vector<bool> aligned;
  for (const stored& from : operands) {
    strides.push_back(broadcast_strides(from.shape, from.strides, space));
    aligned.push_back(from.aligned);
    made.operands.push_back(
        {.kind = from.kind, .index = from.index, .offset = from.offset, .kept_strides = {}, .reduced_strides = {}});
  }
  auto shared = std::make_shared<kernel>(std::move(description));
  made.kernel = shared;
  made.parameters = std::move(parameters);
  collapse(space, mask, strides, made);
  classify(made, aligned, *shared);
  plan_.launches.push_back(std::move(made));
}

}  // namespace gpucompute::lower
