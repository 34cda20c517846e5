// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/planner.hpp"

#include <algorithm>

#include <gpucompute/error.hpp>

#include "kernels/array/checks.hpp"
#include "kernels/lower/scratch.hpp"

namespace gpucompute::lower {
namespace {

/// Whether a result broadcasts to the memory it is to be written to. A number does to no elements, too, but then its
/// value would be lost.
bool fits(const dimensions& result, const dimensions& memory) {
  if (result.rank() > memory.rank() || (element_count(memory) == 0 && element_count(result) != 0)) {
    return false;
  }
  const std::size_t shift = memory.rank() - result.rank();
  for (std::size_t axis = 0; axis < result.rank(); ++axis) {
    if (result[axis] != 1 && result[axis] != memory[axis + shift]) {
      return false;
    }
  }
  return true;
}

}  // namespace

planner::planner(const lowered& program, std::span<const layout> inputs, std::span<const output_request> outputs,
                 const std::vector<bool>& staged)
    : program_(program),
      inputs_(inputs),
      outputs_(outputs),
      staged_(staged),
      shapes_(infer_shapes(program, inputs)),
      states_(program.reductions.size()),
      products_(program.contractions.size()) {
  plan_.result_shapes = shapes_.results;
}

plan planner::run() {
  find_levels();
  group_reductions();
  place_outputs();
  choose_materialised();
  const auto all_stores = stores_by_shape();
  std::vector<term_id> roots;
  for (std::uint32_t k = 0; k < outputs_.size(); ++k) {
    if (direct_[k]) {
      append_lanes(program_.results[outputs_[k].result].value, roots);
    }
  }
  for (const auto& [space, stores] : all_stores) {
    for (const store& made : stores) {
      if (element_count(space) != 0) {
        append_lanes(made.value, roots);
      }
    }
  }
  emit_needed(std::move(roots));
  for (const auto& [space, stores] : all_stores) {
    emit_stores(space, stores);
  }
  emit_copies();
  reuse_scratch(plan_);
  return std::move(plan_);
}

void planner::find_levels() {
  level_of_.assign(program_.terms.size(), 0);
  for (term_id id = 0; id < program_.terms.size(); ++id) {
    const term& which = program_.terms[id];
    if (which.kind == term_kind::state) {
      level_of_[id] = program_.reductions[which.index].level + 1;
    } else if (which.kind == term_kind::product) {
      level_of_[id] = program_.contractions[which.index].level + 1;
    }
    for (std::size_t i = 0; i < which.arity; ++i) {
      level_of_[id] = std::max(level_of_[id], level_of_[which.args[i]]);
    }
  }
}

void planner::group_reductions() {
  const auto has_room = [&](const reduction_group& group) {
    std::size_t fields = 0;
    for (const std::uint32_t member : group.members) {
      fields += program_.reductions[member].fields.size();
    }
    return fields < most_together;
  };
  for (std::uint32_t r = 0; r < program_.reductions.size(); ++r) {
    std::uint32_t group = 0;
    for (; group < groups_.size(); ++group) {
      const std::uint32_t first = groups_[group].members[0];
      if (program_.reductions[first].level == program_.reductions[r].level &&
          shapes_.reductions[first].mask == shapes_.reductions[r].mask &&
          shapes_.reductions[first].over == shapes_.reductions[r].over && has_room(groups_[group])) {
        break;
      }
    }
    if (group == groups_.size()) {
      groups_.emplace_back();
    }
    groups_[group].members.push_back(r);
    group_of_.push_back(group);
  }
}

stored planner::new_scratch(dtype type, const dimensions& shape) {
  const auto index = static_cast<std::uint32_t>(plan_.scratch_bytes.size());
  plan_.scratch_bytes.push_back(byte_count("evaluate: expected results of", type, shape));
  return {source_kind::scratch, index, 0, type, shape, c_strides(shape, size_of(type))};
}

stored planner::memory_of(const output_request& output) const {
  const dimensions& shape = shapes_.results[output.result];
  if (!output.given) {
    const dtype type = program_.results[output.result].type;
    byte_count("evaluate: expected results of", type, shape);
    return {source_kind::result, output.result, 0, type, shape, c_strides(shape, size_of(type))};
  }
  if (!fits(shape, output.where.shape)) {
    throw invalid_argument("out: expected a shape that " + to_string(shape) + " broadcasts to, got " +
                           to_string(output.where.shape));
  }
  return {source_kind::result,  output.result,       0, output.where.type, output.where.shape,
          output.where.strides, output.where.aligned};
}

void planner::place_outputs() {
  for (std::uint32_t k = 0; k < outputs_.size(); ++k) {
    stored target = memory_of(outputs_[k]);
    targets_.push_back(staged_[k] ? new_scratch(target.type, shapes_.results[outputs_[k].result]) : target);
    direct_.push_back(claim_states(k) || claim_product(k));
  }
}

bool planner::claim_states(std::uint32_t output) {
  const lowered_result& result = program_.results[outputs_[output].result];
  const stored& target = targets_[output];
  if (target.type != result.type || target.shape != shapes_.results[outputs_[output].result]) {
    return false;
  }
  std::vector<field_key> fields;
  for (const term_id lane : {result.value.real, result.value.imag}) {
    if (lane == no_term) {
      continue;
    }
    const term& which = program_.terms[lane];
    const field_key key{which.index, which.lane};
    if (which.kind != term_kind::state || claims_.contains(key) || (!fields.empty() && fields[0] == key) ||
        shapes_.reductions[which.index].result != target.shape) {
      return false;
    }
    fields.push_back(key);
  }
  std::uint8_t lane = 0;
  for (const field_key& field : fields) {
    claims_[field] = {output, lane++};
  }
  return true;
}

stored planner::state_memory(std::uint32_t reduction, std::uint8_t field) {
  const dtype type = program_.reductions[reduction].fields[field];
  const auto known = claims_.find({reduction, field});
  if (known == claims_.end()) {
    return new_scratch(type, shapes_.reductions[reduction].result);
  }
  stored memory = targets_[known->second.output];
  memory.offset += known->second.lane * static_cast<std::int64_t>(size_of(type));
  memory.type = type;
  return memory;
}

std::vector<term_id> planner::lifted_of(const reduction_group& group) const {
  std::vector<term_id> roots;
  for (const std::uint32_t member : group.members) {
    const std::vector<term_id>& lifted = program_.reductions[member].lifted;
    roots.insert(roots.end(), lifted.begin(), lifted.end());
  }
  return roots;
}

std::vector<std::pair<dimensions, std::vector<planner::store>>> planner::stores_by_shape() const {
  std::vector<std::pair<dimensions, std::vector<store>>> groups;
  for (std::uint32_t k = 0; k < outputs_.size(); ++k) {
    if (direct_[k]) {
      continue;
    }
    auto place =
        std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == targets_[k].shape; });
    if (place == groups.end()) {
      place = groups.insert(groups.end(), {targets_[k].shape, {}});
    }
    place->second.push_back({program_.results[outputs_[k].result].value, targets_[k]});
  }
  return groups;
}

void planner::choose_materialised() {
  std::vector<root_group> users;
  for (const auto& [space, stores] : stores_by_shape()) {
    users.push_back({space, {}});
    for (const store& made : stores) {
      append_lanes(made.value, users.back().roots);
    }
  }
  for (const reduction_group& group : groups_) {
    users.push_back({reduced_shape(group), lifted_of(group)});
  }
  for (std::size_t c = 0; c < program_.contractions.size(); ++c) {
    for (std::size_t side = 0; side < 2; ++side) {
      users.push_back({shapes_.contractions[c].operands[side], {}});
      append_lanes(program_.contractions[c].operands[side], users.back().roots);
    }
  }
  materialised_.emplace(program_, inputs_, shapes_, users);
}

}  // namespace gpucompute::lower
