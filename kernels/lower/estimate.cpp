// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/estimate.hpp"

namespace gpucompute::lower {
namespace {

double flops_of(const program& code) {
  double flops = 0;
  for (const instruction& step : code.body) {
    if (step.code == opcode::apply) {
      const dtype compute = code.body[step.args[step.arity - 1U]].type;
      const bool library = graph::lowering_of(step.operation, compute).how == graph::lowering::library;
      flops += library ? graph::row(step.operation).cost : 1;
    }
  }
  return flops;
}

/// One product and the addition to its sum.
double flops_of_product(dtype type) { return is_complex(type) ? 8 : 2; }

/// Elements of an operand that are met along dimensions in which it moves.
double distinct(const dimensions& extents, const dimensions& strides) {
  double count = 1;
  for (std::size_t axis = 0; axis < extents.rank(); ++axis) {
    count *= strides[axis] == 0 ? 1 : static_cast<double>(extents[axis]);
  }
  return count;
}

}  // namespace

cost_estimate estimate(const launch& which) {
  const kernel& description = *which.kernel;
  cost_estimate cost{.kernels = 1};
  for (std::size_t k = 0; k < which.operands.size(); ++k) {
    const operand_binding& operand = which.operands[k];
    const dtype type = k < description.inputs.size() ? description.inputs[k].type
                                                     : description.outputs[k - description.inputs.size()].type;
    cost.bytes += distinct(which.kept, operand.kept_strides) * distinct(which.reduced, operand.reduced_strides) *
                  static_cast<double>(size_of(type));
  }
  double each = description.schedule == schedule::contract ? flops_of_product(description.outputs[0].type)
                                                           : flops_of(description.body);
  for (const reducer& reduction : description.reducers) {
    each += flops_of(reduction.combine);
  }
  cost.flops =
      each * static_cast<double>(element_count(which.kept)) * static_cast<double>(element_count(which.reduced));
  return cost;
}

cost_estimate estimate(const plan& which) {
  cost_estimate total;
  for (const launch& each : which.launches) {
    const cost_estimate cost = estimate(each);
    total.bytes += cost.bytes;
    total.flops += cost.flops;
    total.kernels += cost.kernels;
  }
  return total;
}

}  // namespace gpucompute::lower
