// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/error.hpp>

#include "kernels/array/digits.hpp"
#include "kernels/evaluate/contract.hpp"
#include "kernels/evaluate/function.hpp"
#include "kernels/lower/estimate.hpp"

namespace gpucompute {
namespace evaluation {
namespace {

std::string indented(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n') + 1;
    text.append("  ").append(lines.substr(0, end));
    lines.remove_prefix(end);
  }
  return text;
}

std::string place_text(const lower::operand_binding& operand, const graph::program& program) {
  switch (operand.kind) {
    case lower::source_kind::input:
      return "input " + program.inputs[operand.index].name;
    case lower::source_kind::result: {
      const std::string& name = program.results[operand.index].name;
      return name.empty() ? "result" : "result " + name;
    }
    case lower::source_kind::scratch:
      return "scratch" + std::to_string(operand.index);
  }
  return "?";
}

/// Extents and where each operand lies.
std::string to_text(const lower::launch& which, const graph::program& program) {
  const lower::kernel& description = *which.kernel;
  std::string text = "results " + to_string(which.kept);
  const bool sums = description.schedule != lower::schedule::elementwise;
  if (sums) {
    text += ", each from " + to_string(which.reduced);
  }
  text += "\n";
  for (std::size_t k = 0; k < which.operands.size(); ++k) {
    const bool output = k >= description.inputs.size();
    text += (output ? "out" + std::to_string(k - description.inputs.size()) : "in" + std::to_string(k)) + ": " +
            place_text(which.operands[k], program) + ", strides " + to_string(which.operands[k].kept_strides);
    if (sums) {
      text += " and " + to_string(which.operands[k].reduced_strides);
    }
    text += "\n";
  }
  return text;
}

}  // namespace
}  // namespace evaluation

std::string function::implementation::contraction_place(const lower::launch& which) const {
  const device_layer::gated_section section;  // looking for the library loads it
  try {
    return evaluation::contraction_text(which) + " on " + settings_.where.solver().library() + "\n";
  } catch (const device_unavailable& refusal) {
    return evaluation::contraction_text(which) + ", but " + refusal.what() + "\n";
  }
}

std::string function::implementation::explain(const evaluation::call& which) const {
  const lower::plan plan = plan_of(which);
  const device_info device = settings_.where.describe();
  std::string text = "expression\n  " + settings_.text + "\ngraph\n" + evaluation::indented(to_text(program()));
  text +=
      "device\n  " + device.name + ": " + (device.available ? device.description : "missing: " + device.missing) + "\n";
  text += "tier\n  " + settings_.where.tier_text(settings_.prepare) + "\n";
  std::size_t number = 0;
  for (const lower::launch& each : plan.launches) {
    const cost_estimate cost = lower::estimate(each);
    text += "launch " + std::to_string(++number) + " of " + std::to_string(plan.launches.size()) + "\n" +
            evaluation::to_text(each, program()) +
            (evaluation::contracts(each) ? contraction_place(each) : lower::to_text(*each.kernel)) + "bytes " +
            shortest_digits(cost.bytes) + ", flops " + shortest_digits(cost.flops) + "\n";
  }
  const cost_estimate total = lower::estimate(plan);
  return text + "cost\n  bytes " + shortest_digits(total.bytes) + ", flops " + shortest_digits(total.flops) +
         ", launches " + std::to_string(total.kernels) + "\n";
}

}  // namespace gpucompute
