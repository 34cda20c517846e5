// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/lower/kernel.hpp"
#include "tests/common/scalar.hpp"

// What a kernel's straight-line code means, one element at a time. Values are bits of their types.

namespace gpucompute::testing {

using element_bits = std::vector<std::uint64_t>;

/// The values of all steps; leaf(step) serves loads, parameters and positions.
template <typename Leaf>
element_bits run_scalar(const lower::program& code, Leaf leaf) {
  element_bits values;
  for (const lower::instruction& step : code.body) {
    std::uint64_t args[3] = {};
    for (std::size_t i = 0; i < step.arity; ++i) {
      args[i] = values[step.args[i]];
    }
    const dtype from = step.arity == 0 ? step.type : code.body[step.args[step.arity - 1U]].type;
    switch (step.code) {
      case lower::opcode::constant:
        values.push_back(step.bits);
        break;
      case lower::opcode::cast:
        values.push_back(scalar_cast(args[0], from, step.type));
        break;
      case lower::opcode::apply:
        values.push_back(scalar_apply(step.operation, from, args));
        break;
      default:
        values.push_back(leaf(step));
        break;
    }
  }
  return values;
}

inline element_bits select(const element_bits& values, const std::vector<lower::value>& wanted) {
  element_bits made;
  for (const lower::value each : wanted) {
    made.push_back(values[each]);
  }
  return made;
}

/// The merge of two states of a reducer.
inline element_bits combine(const lower::reducer& reducer, const element_bits& left, const element_bits& right) {
  return select(run_scalar(reducer.combine,
                           [&](const lower::instruction& step) { return (step.lane == 0 ? left : right)[step.index]; }),
                reducer.combine.results);
}

}  // namespace gpucompute::testing
