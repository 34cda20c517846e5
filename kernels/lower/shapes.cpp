// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/shapes.hpp"

#include <gpucompute/error.hpp>

#include "kernels/array/broadcast.hpp"

namespace gpucompute::lower {
namespace {

dimensions shape_of(const space& over, std::span<const layout> inputs, const program_shapes& known) {
  dimensions shape;
  for (const std::uint32_t input : over.inputs) {
    shape = broadcast(shape, inputs[input].shape);
  }
  for (const std::uint32_t reduction : over.reductions) {
    shape = broadcast(shape, known.reductions[reduction].result);
  }
  for (const std::uint32_t contraction : over.contractions) {
    shape = broadcast(shape, known.contractions[contraction].how.result);
  }
  return shape;
}

contraction_shapes shapes_of(const lowered_contraction& which, std::span<const layout> inputs,
                             const program_shapes& known) {
  contraction_shapes made;
  for (std::size_t side = 0; side < 2; ++side) {
    made.operands[side] = shape_of(which.over[side], inputs, known);
  }
  made.how = graph::contract(which.product, made.operands[0], made.operands[1]);
  if (!made.how.problem.empty()) {
    throw invalid_argument(std::string(graph::row(which.product).name) + ": expected " + std::string(made.how.problem) +
                           ", got " + to_string(made.operands[0]) + " and " + to_string(made.operands[1]));
  }
  return made;
}

std::uint32_t reduced_mask(const graph::reduction_axes& axes, std::size_t rank) {
  if (axes.all) {
    return rank == max_rank ? ~0U : (1U << rank) - 1U;
  }
  std::uint32_t mask = 0;
  for (const int axis : axes.axes) {
    const auto place = static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(rank) : axis);
    if (place >= rank) {
      throw invalid_argument("reduction: expected an axis of the reduced value, got " + std::to_string(axis) + " for " +
                             std::to_string(rank) + " dimensions");
    }
    mask |= 1U << place;
  }
  return mask;
}

reduction_shape shape_of(const lowered_reduction& reduction, std::span<const layout> inputs,
                         const program_shapes& known) {
  reduction_shape made;
  made.over = shape_of(reduction.over, inputs, known);
  made.mask = reduced_mask(reduction.axes, made.over.rank());
  dimensions reduced;
  for (std::size_t axis = 0; axis < made.over.rank(); ++axis) {
    if ((made.mask >> axis & 1U) == 0) {
      made.kept.push_back(made.over[axis]);
      made.result.push_back(made.over[axis]);
    } else {
      reduced.push_back(made.over[axis]);
      if (reduction.axes.keepdims) {
        made.result.push_back(1);
      }
    }
  }
  made.count = element_count(reduced);
  return made;
}

}  // namespace

dimensions broadcast(const dimensions& a, const dimensions& b) {
  if (const auto both = broadcast_shapes(a, b)) {
    return *both;
  }
  throw invalid_argument("broadcast: expected shapes that fit each other, got " + to_string(a) + " and " +
                         to_string(b));
}

program_shapes infer_shapes(const lowered& program, std::span<const layout> inputs) {
  program_shapes shapes;
  shapes.reductions.reserve(program.reductions.size());
  shapes.contractions.reserve(program.contractions.size());
  const auto contract_after = [&](std::size_t reductions) {
    for (std::size_t next = shapes.contractions.size();
         next < program.contractions.size() && program.contractions[next].reductions <= reductions; ++next) {
      shapes.contractions.push_back(shapes_of(program.contractions[next], inputs, shapes));
    }
  };
  for (const lowered_reduction& reduction : program.reductions) {
    contract_after(shapes.reductions.size());
    shapes.reductions.push_back(shape_of(reduction, inputs, shapes));
  }
  contract_after(shapes.reductions.size());
  for (const lowered_result& result : program.results) {
    shapes.results.push_back(shape_of(result.over, inputs, shapes));
  }
  return shapes;
}

}  // namespace gpucompute::lower
