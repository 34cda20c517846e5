// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/collapse.hpp"

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace gpucompute::lower {
namespace {

using axis_list = std::vector<std::size_t>;

/// 1: dimension a has to be outside of b, -1: inside, 0: no operand says.
int compare(std::size_t a, std::size_t b, std::span<const dimensions> strides, std::span<const std::size_t> priority) {
  for (const std::size_t k : priority) {
    const std::int64_t sa = std::abs(strides[k][a]);
    const std::int64_t sb = std::abs(strides[k][b]);
    if (sa != 0 && sb != 0 && sa != sb) {
      return sa > sb ? 1 : -1;
    }
  }
  return 0;
}

/// Insertion sort, outermost first; a pair that no operand orders stays in C order.
void sort_by_memory(axis_list& axes, std::span<const dimensions> strides, std::span<const std::size_t> priority) {
  for (std::size_t i = 1; i < axes.size(); ++i) {
    const std::size_t moved = axes[i];
    std::size_t place = i;
    for (std::size_t j = i; j-- > 0;) {
      const int order = compare(moved, axes[j], strides, priority);
      if (order > 0) {
        place = j;
      } else if (order < 0) {
        break;
      }
    }
    std::rotate(axes.begin() + static_cast<std::ptrdiff_t>(place), axes.begin() + static_cast<std::ptrdiff_t>(i),
                axes.begin() + static_cast<std::ptrdiff_t>(i) + 1);
  }
}

/// Appends the dimensions `axes` to `extents` and to each operand's strides, merging neighbours.
void merge(const axis_list& axes, const dimensions& space, std::span<const dimensions> strides, launch& target,
           dimensions launch::*extents, dimensions operand_binding::*walk) {
  dimensions& merged = target.*extents;
  for (const std::size_t axis : axes) {
    bool joins = !merged.empty();
    for (std::size_t k = 0; joins && k < strides.size(); ++k) {
      const dimensions& outer = target.operands[k].*walk;
      joins = outer[outer.rank() - 1] == strides[k][axis] * space[axis];
    }
    if (joins) {
      merged[merged.rank() - 1] *= space[axis];
    } else {
      merged.push_back(space[axis]);
    }
    for (std::size_t k = 0; k < strides.size(); ++k) {
      dimensions& own = target.operands[k].*walk;
      if (joins) {
        own[own.rank() - 1] = strides[k][axis];
      } else {
        own.push_back(strides[k][axis]);
      }
    }
  }
}

std::int64_t last(const dimensions& of) { return of.empty() ? 0 : of[of.rank() - 1]; }

void collapse_in_order(const dimensions& space, std::uint32_t mask, std::span<const dimensions> strides,
                       std::span<const std::size_t> priority, launch& target) {
  axis_list kept;
  axis_list reduced;
  for (std::size_t axis = 0; axis < space.rank(); ++axis) {
    if (space[axis] != 1) {
      ((mask >> axis & 1U) != 0 ? reduced : kept).push_back(axis);
    }
  }
  sort_by_memory(kept, strides, priority);
  merge(kept, space, strides, target, &launch::kept, &operand_binding::kept_strides);
  merge(reduced, space, strides, target, &launch::reduced, &operand_binding::reduced_strides);
}

axis_list counted(std::size_t count) {
  axis_list numbers(count);
  std::iota(numbers.begin(), numbers.end(), std::size_t{0});
  return numbers;
}

}  // namespace

void collapse(const dimensions& space, std::uint32_t mask, std::span<const dimensions> strides, launch& target) {
  axis_list priority = counted(strides.size());
  if (target.kernel->reducers.empty()) {
    const auto inputs = static_cast<std::ptrdiff_t>(target.kernel->inputs.size());
    std::rotate(priority.begin(), priority.begin() + inputs, priority.end());
  }
  collapse_in_order(space, mask, strides, priority, target);
}

schedule choose_schedule(const dimensions& space, std::uint32_t mask, std::span<const dimensions> strides) {
  launch target;
  target.operands.resize(strides.size());
  collapse_in_order(space, mask, strides, counted(strides.size()), target);
  if (target.kept.empty()) {
    return schedule::reduce_inner;
  }
  if (element_count(target.reduced) <= short_reduction) {
    return schedule::reduce_outer;
  }
  if (last(target.kept) < short_row) {
    return schedule::reduce_inner;
  }
  if (target.reduced.rank() > 1 && last(target.reduced) < short_run) {
    return schedule::reduce_outer;
  }
  constexpr std::int64_t line = 64;
  std::int64_t along_kept = 0;
  std::int64_t along_reduced = 0;
  for (const operand_binding& operand : target.operands) {
    along_kept += std::min(std::abs(last(operand.kept_strides)), line);
    along_reduced += std::min(std::abs(last(operand.reduced_strides)), line);
  }
  return along_kept < along_reduced ? schedule::reduce_outer : schedule::reduce_inner;
}

void classify(const launch& target, const std::vector<bool>& aligned, kernel& description) {
  const bool along_reduced = description.schedule == schedule::reduce_inner;
  const bool loops = !(along_reduced ? target.reduced : target.kept).empty();
  for (std::size_t k = 0; k < target.operands.size(); ++k) {
    const bool output = k >= description.inputs.size();
    operand& which = output ? description.outputs[k - description.inputs.size()] : description.inputs[k];
    const operand_binding& binding = target.operands[k];
    const std::int64_t stride = last(along_reduced ? binding.reduced_strides : binding.kept_strides);
    const auto bytes = static_cast<std::int64_t>(size_of(which.type));
    const std::int64_t step = stride / bytes;
    if (!loops) {
      which.step = output && !along_reduced ? 1 : 0;
    } else {
      which.step = stride % bytes == 0 && std::abs(step) <= 4 ? static_cast<std::int32_t>(step) : any_step;
    }
    const auto unit = static_cast<std::int64_t>(size_of(component(which.type)));
    const auto whole = [unit](std::int64_t distance) { return distance % unit == 0; };
    which.aligned = aligned[k] && std::all_of(binding.kept_strides.begin(), binding.kept_strides.end(), whole) &&
                    std::all_of(binding.reduced_strides.begin(), binding.reduced_strides.end(), whole);
  }
}

}  // namespace gpucompute::lower
