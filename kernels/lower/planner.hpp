// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <optional>
#include <span>
#include <vector>

#include "kernels/lower/emit.hpp"
#include "kernels/lower/materialise.hpp"
#include "kernels/lower/plan.hpp"
#include "kernels/lower/shapes.hpp"

namespace gpucompute::lower {

/// Where a value lies between launches.
struct stored {
  source_kind kind = source_kind::scratch;
  std::uint32_t index = 0;
  std::int64_t offset = 0;
  dtype type = float64;
  dimensions shape;
  dimensions strides;
  bool aligned = true;
};

/// Cuts a program into launches for one set of shapes. Launches are emitted level by level, each after those whose values
/// it reads.
class planner {
 public:
  /// staged[k]: output k is computed into scratch and copied when all else is done.
  planner(const lowered& program, std::span<const layout> inputs, std::span<const output_request> outputs,
          const std::vector<bool>& staged);

  plan run();

 private:
  /// Fields of all reductions that share a pass, values that one launch stores. Each takes up to four vector registers, of
  /// which there are 32; far beyond that, what is spilled costs more than another pass, and compiling takes seconds.
  static constexpr std::size_t most_together = 24;

  /// One result or scratch value that an elementwise launch writes.
  struct store {
    parts value;
    stored target;  ///< its type may differ from the value's
  };
  /// Reductions that one launch computes: same level, shape and axes.
  struct reduction_group {
    std::vector<std::uint32_t> members;
  };
  /// Stored values, groups and contractions that some terms need, and that these need in turn.
  struct needs {
    std::vector<term_id> values;
    std::vector<std::uint32_t> groups;
    std::vector<std::uint32_t> contractions;
  };
  /// A term in memory: component `lane` of what lies there.
  struct stored_lane {
    stored memory;
    std::uint8_t lane = 0;
  };
  /// Where a state field goes at once: lane `lane` of output `output`.
  struct claim {
    std::uint32_t output;
    std::uint8_t lane;
  };
  using field_key = std::pair<std::uint32_t, std::uint8_t>;  ///< reduction, field

  void find_levels();
  void group_reductions();
  void place_outputs();
  bool claim_states(std::uint32_t output);
  bool claim_product(std::uint32_t output);
  void choose_materialised();
  std::vector<term_id> lifted_of(const reduction_group& group) const;
  /// Byte strides of what the reduced values are made of, along the space of the reduction.
  std::vector<dimensions> read_strides(const reduction_group& group) const;
  /// Outputs that need a store, by the shape they are stored in.
  std::vector<std::pair<dimensions, std::vector<store>>> stores_by_shape() const;

  needs find_needs(std::vector<term_id> roots) const;
  int level(const reduction_group& group) const { return program_.reductions[group.members[0]].level; }
  const dimensions& reduced_shape(const reduction_group& group) const {
    return shapes_.reductions[group.members[0]].over;
  }
  void emit_needed(std::vector<term_id> roots);
  void emit_materialised(std::span<const term_id> wanted);
  void emit_group(const reduction_group& group);
  void emit_contraction(std::uint32_t number);
  /// A contraction's operand where it lies, or else stored.
  stored operand_memory(const parts& what, const dimensions& shape, dtype type);
  stored stored_operand(const parts& what, const dimensions& shape, dtype type);
  /// Where a value lies already, its lanes side by side in elements of `type`.
  std::optional<stored> known_memory(const parts& what, dtype type) const;
  std::optional<stored_lane> known_lane(term_id id) const;
  void emit_zeros(const stored& target);
  void emit_identities(const reduction_group& group);
  void emit_stores(const dimensions& space, std::span<const store> stores);
  void emit_copies();
  void add_launch(kernel description, const dimensions& space, std::uint32_t mask, std::span<const stored> operands,
                  std::vector<std::uint64_t> parameters);

  stored new_scratch(dtype type, const dimensions& shape);
  stored memory_of(const output_request& output) const;
  stored state_memory(std::uint32_t reduction, std::uint8_t field);

  friend class kernel_builder;

  const lowered& program_;
  std::span<const layout> inputs_;
  std::span<const output_request> outputs_;
  const std::vector<bool>& staged_;
  program_shapes shapes_;
  std::optional<materialisation> materialised_;
  std::vector<int> level_of_;  ///< of each term: 0, or one more than the highest level of what it needs
  std::vector<reduction_group> groups_;
  std::vector<std::uint32_t> group_of_;  ///< of each reduction
  std::vector<stored> targets_;          ///< of each output: its memory, or scratch when staged
  std::vector<bool> direct_;             ///< of each output: reductions or a contraction write it, no store is needed
  std::map<field_key, claim> claims_;
  std::vector<std::vector<stored>> states_;      ///< of each reduction, one a field, once emitted
  std::vector<std::optional<stored>> products_;  ///< of each contraction: an output's memory, or any once emitted
  std::map<term_id, stored_lane> values_;  ///< materialised terms and those of contractions' operands, once emitted
  plan plan_;
};

}  // namespace gpucompute::lower
