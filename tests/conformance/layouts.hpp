// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>
#include <vector>

#include <gpucompute/view.hpp>

namespace gpucompute::testing {

/// Ways to lay the same elements out in memory.
enum class layout { as_given, strided, reversed, unaligned, transposed, offset };
inline constexpr layout all_layouts[] = {layout::as_given,  layout::strided,    layout::reversed,
                                         layout::unaligned, layout::transposed, layout::offset};
std::string_view name(layout which);

/// A copy of a view's elements and the view that looks at it.
struct laid_out {
  std::vector<std::byte> memory;
  array_view view;
};

/// Strided: every other place of the innermost dimension. Reversed: all strides negative. Unaligned: one byte beside.
/// Transposed: first dimension innermost. Offset: inside of a larger array, whose rows are longer on both sides.
laid_out lay_out(const array_view& source, layout which);

/// The first elements of a C-ordered array as rows of five, or of one where it has fewer than ten.
array_view as_matrix(const array_view& source);

/// The matrix of as_matrix() in shape, all of whose rows (or columns) are the first one of it; one stride is zero.
array_view with_stride_zero(const array_view& source, bool rows_equal);

}  // namespace gpucompute::testing
