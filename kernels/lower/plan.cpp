// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/plan.hpp"

#include "kernels/lower/planner.hpp"

namespace gpucompute::lower {
namespace {

/// Whether a launch that reads `input` may run at the time or after the launch that writes `output`, given how the
/// two share memory. Reading and writing the same element in one elementwise launch is harmless.
bool hazard(const plan& made, std::uint32_t result, std::uint32_t input, overlap how) {
  bool written = false;
  for (const launch& each : made.launches) {
    const operand_binding* read = nullptr;
    const operand_binding* write = nullptr;
    for (std::size_t k = 0; k < each.operands.size(); ++k) {
      const operand_binding& operand = each.operands[k];
      const bool output = k >= each.kernel->inputs.size();
      if (output && operand.kind == source_kind::result && operand.index == result) {
        write = &operand;
      } else if (!output && operand.kind == source_kind::input && operand.index == input) {
        read = &operand;
      }
    }
    if (read != nullptr && written) {
      return true;
    }
    if (read != nullptr && write != nullptr &&
        (how == overlap::partial || each.kernel->schedule != schedule::elementwise ||
         read->kept_strides != write->kept_strides)) {
      return true;
    }
    written = written || write != nullptr;
  }
  return false;
}

}  // namespace

plan make_plan(const lowered& program, std::span<const layout> inputs, std::span<const output_request> outputs,
               std::span<const overlap> overlaps) {
  std::vector<bool> staged(outputs.size(), false);
  // What is staged is stored over another space and at another time, so each plan is looked at anew. An output that is
  // staged stays so: there are at most as many plans as outputs, and one.
  for (;;) {
    plan made = planner(program, inputs, outputs, staged).run();
    bool safe = true;
    for (std::size_t k = 0; k < outputs.size() && !overlaps.empty(); ++k) {
      for (std::uint32_t i = 0; i < inputs.size() && !staged[k]; ++i) {
        const overlap how = overlaps[k * inputs.size() + i];
        staged[k] = how != overlap::none && hazard(made, outputs[k].result, i, how);
        safe = safe && !staged[k];
      }
    }
    if (safe) {
      return made;
    }
  }
}

}  // namespace gpucompute::lower
