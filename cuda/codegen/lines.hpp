// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::cuda {

/// One line of lines.def; columns in the order of dtype_kind without complex.
struct line {
  std::string_view operation;
  std::string_view columns[4];
};
std::span<const line> lines();

/// The column of `operation` for arguments of type `compute`; empty when the table has none.
std::string_view line_of(graph::op operation, dtype compute);

/// The expression that applies `operation` to `arguments`, texts of exactly their types.
/// @throw internal_error when the table has no line
std::string apply_text(graph::op operation, dtype compute, dtype result, std::span<const std::string> arguments);

/// The expression that converts `argument` as lower::opcode::cast says.
std::string cast_text(dtype from, dtype to, const std::string& argument);

/// Text of every gc_ helper that `code` names, and of those that these need, in an order that compiles.
std::string helpers_for(std::string_view code);

}  // namespace gpucompute::cuda
