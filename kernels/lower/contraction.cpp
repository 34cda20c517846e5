// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/contraction.hpp"

#include <algorithm>
#include <vector>

namespace gpucompute::lower {
namespace {

constexpr std::size_t left = 0;
constexpr std::size_t right = 1;
constexpr std::size_t result = 2;

/// One dimension of the result and how far each operand moves along it, in bytes.
struct loop {
  std::int64_t extent = 1;
  std::array<std::int64_t, 3> strides = {};
};

/// One dimension of a matrix; strides in bytes.
struct side {
  std::int64_t extent, stride;
};

/// Whether a matrix is contiguous along one of its dimensions, with room for it along the other.
bool is_block(const side& rows, const side& columns, dtype type) {
  const auto element = static_cast<std::int64_t>(size_of(type));
  const auto along = [element](const side& near, const side& far) {
    return (near.extent == 1 || near.stride == element) &&
           (far.extent == 1 || (far.stride % element == 0 && far.stride >= near.extent * element));
  };
  return along(rows, columns) || along(columns, rows);
}

bool is_block(const loop& rows, const loop& columns, dtype type) {
  return is_block(side{rows.extent, rows.strides[result]}, side{columns.extent, columns.strides[result]}, type);
}

std::int64_t stride_of(const stored& from, std::int8_t axis) {
  return axis == graph::contraction_shape::none ? 0 : from.strides[static_cast<std::size_t>(axis)];
}

std::vector<loop> merged_loops(const graph::contraction_shape& how, const std::array<stored, 3>& memory) {
  std::vector<loop> loops;
  for (std::size_t axis = 0; axis < how.result.rank(); ++axis) {
    const loop next{how.result[axis],
                    {stride_of(memory[left], how.from_a[axis]), stride_of(memory[right], how.from_b[axis]),
                     memory[result].strides[axis]}};
    if (next.extent == 1) {
      continue;
    }
    bool joins = !loops.empty();
    for (std::size_t k = 0; joins && k < next.strides.size(); ++k) {
      joins = loops.back().strides[k] == next.strides[k] * next.extent;
    }
    if (joins) {
      loops.back() = {loops.back().extent * next.extent, next.strides};
    } else {
      loops.push_back(next);
    }
  }
  return loops;
}

}  // namespace

launch contraction_launch(const graph::contraction_shape& how, const std::array<stored, 3>& memory) {
  const dtype type = memory[result].type;
  const std::vector<loop> loops = merged_loops(how, memory);
  // The largest product is where BLAS does most at once; of equal ones the last, whose elements are nearest.
  constexpr loop absent;
  const loop* rows = &absent;
  const loop* columns = &absent;
  const auto consider = [&](const loop& m, const loop& n) {
    if (m.strides[right] == 0 && n.strides[left] == 0 && is_block(m, n, type) &&
        m.extent * n.extent >= rows->extent * columns->extent) {
      rows = &m;
      columns = &n;
    }
  };
  for (const loop& one : loops) {
    consider(one, absent);
    consider(absent, one);
    for (const loop& other : loops) {
      if (&one != &other) {
        consider(one, other);
      }
    }
  }
  launch made;
  made.operands.resize(memory.size());
  const auto add = [&](const loop& one) {
    made.kept.push_back(one.extent);
    for (std::size_t k = 0; k < memory.size(); ++k) {
      made.operands[k].kept_strides.push_back(one.strides[k]);
    }
  };
  for (const loop& one : loops) {
    if (&one != rows && &one != columns) {
      add(one);
    }
  }
  add(*rows);
  add(*columns);
  made.reduced = {how.length};
  kernel description;
  description.schedule = schedule::contract;
  for (std::size_t k = 0; k < memory.size(); ++k) {
    operand_binding& binding = made.operands[k];
    binding.kind = memory[k].kind;
    binding.index = memory[k].index;
    binding.offset = memory[k].offset;
    binding.reduced_strides = {k == left    ? stride_of(memory[k], how.summed_a)
                               : k == right ? stride_of(memory[k], how.summed_b)
                                            : 0};
    (k == result ? description.outputs : description.inputs)
        .push_back({.type = type, .step = any_step, .aligned = memory[k].aligned});
  }
  made.kernel = std::make_shared<kernel>(std::move(description));
  return made;
}

bool lies_for_blas(const launch& which, std::size_t operand) {
  const operand_binding& binding = which.operands[operand];
  const std::size_t outward = which.kept.rank() - (operand == left ? 2 : 1);
  const lower::operand& described = which.kernel->inputs[operand];
  return described.aligned && is_block(side{which.kept[outward], binding.kept_strides[outward]},
                                       side{which.reduced[0], binding.reduced_strides[0]}, described.type);
}

std::int64_t product_count(const launch& which) {
  return element_count(dimensions(which.kept.span().first(which.kept.rank() - 2)));
}

bool written_in_place(const graph::contraction_shape& how, dtype type, const dimensions& strides) {
  // The last dimension along which one operand stands still is that of its matrix.
  side rows{1, 0};
  side columns{1, 0};
  for (std::size_t axis = 0; axis < how.result.rank(); ++axis) {
    if (how.from_b[axis] == graph::contraction_shape::none) {
      rows = {how.result[axis], strides[axis]};
    } else if (how.from_a[axis] == graph::contraction_shape::none) {
      columns = {how.result[axis], strides[axis]};
    }
  }
  return is_block(rows, columns, type);
}

}  // namespace gpucompute::lower
