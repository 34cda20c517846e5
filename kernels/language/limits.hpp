// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

// Bounds on a text, so that a hostile one cannot exhaust memory, stack or time. Parsing and typing are linear in the
// text's length; lowering and planning look once for each reduction, and for each launch, at all that it is made of.
namespace gpucompute::language {

inline constexpr std::size_t max_text_bytes = 1U << 18U;
inline constexpr std::size_t max_tree_nodes = 1U << 16U;
/// Nesting of parentheses, calls, unary operators and `**`.
inline constexpr std::size_t max_depth = 200;
inline constexpr std::size_t max_name_bytes = 255;

}  // namespace gpucompute::language
