// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/lower/planner.hpp"

namespace gpucompute::lower {

/// Writes the body of one kernel and collects what it reads.
class kernel_builder {
 public:
  explicit kernel_builder(const planner& owner);

  std::vector<value> write(std::span<const term_id> roots) { return emit_.write(roots); }
  /// Body, inputs and parameters; schedule, outputs and reducers are left to the caller.
  kernel take();
  /// The memory of each input of the kernel.
  const std::vector<stored>& operands() const { return operands_; }
  std::vector<std::uint64_t> take_parameters() { return std::move(parameters_); }

 private:
  instruction leaf(term_id id);
  instruction load(const stored& from, dtype type, std::uint8_t lane);
  instruction parameter(dtype type, std::uint64_t bits);
  std::uint64_t count_of(const term& which) const;

  const planner& owner_;
  emitter emit_;
  std::vector<stored> operands_;
  std::vector<dtype> parameter_types_;
  std::vector<std::uint64_t> parameters_;
};

}  // namespace gpucompute::lower
