// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "kernels/lower/launch.hpp"

namespace gpucompute::lower {

/// Fills kept, reduced and the operands' strides of `target` from an iteration space.
///
/// space    extents of all dimensions, none 0
/// mask     bit d: dimension d is reduced
/// strides  bytes, one list an operand of target (inputs, then outputs), each along `space`
///
/// Dimensions of extent 1 go. Kept ones are put in memory order: the outputs' strides decide, then the inputs'; in a
/// reduction, where outputs are small, the inputs' first. Reduced ones stay in C order, since elements are numbered by
/// it. Neighbours that every operand walks as one become one. Nothing is flipped.
void collapse(const dimensions& space, std::uint32_t mask, std::span<const dimensions> strides, launch& target);

/// Which of the loops of a reduction over `space` is the inner one. strides: bytes along `space`, one list an array that
/// the reduced value is made of. Since bits follow the answer, it knows neither outputs nor what is stored between
/// launches. Merged as collapse() does:
/// - no kept dimension: along the reduction. No reduced one, or at most `short_reduction` elements to reduce: over the
///   results, for a leaf of so few elements would leave most lanes empty.
/// - fewer than `short_row` results in the innermost kept dimension: along the reduction.
/// - a reduction over several dimensions that do not merge, the innermost shorter than `short_run`: over the results, for
///   each run along the reduction would be a call of its own.
/// - else the loop whose steps touch fewer bytes (a stride counts at most a cache line), the reduction's when equal.
schedule choose_schedule(const dimensions& space, std::uint32_t mask, std::span<const dimensions> strides);

inline constexpr std::int64_t short_reduction = 8;
inline constexpr std::int64_t short_row = 4;
inline constexpr std::int64_t short_run = 32;

/// Steps and alignment of the kernel's operands; `aligned` says it of each operand's first element.
void classify(const launch& target, const std::vector<bool>& aligned, kernel& description);

}  // namespace gpucompute::lower
