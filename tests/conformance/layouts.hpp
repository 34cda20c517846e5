// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <gpucompute/view.hpp>

namespace gpucompute::testing {

/// Ways to lay the same elements out in memory.
enum class layout { as_given, strided, reversed, unaligned, fortran };
inline constexpr layout all_layouts[] = {layout::as_given, layout::strided, layout::reversed, layout::unaligned,
                                         layout::fortran};
std::string_view name(layout which);

/// A copy of a view's elements and the view that looks at it.
struct laid_out {
  std::vector<std::byte> memory;
  array_view view;
};

/// Strided: every other place of the innermost dimension. Reversed: all strides negative. Unaligned: one byte beside.
/// Fortran: first dimension innermost.
laid_out lay_out(const array_view& source, layout which);

}  // namespace gpucompute::testing
