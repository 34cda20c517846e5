// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string_view>
#include <variant>

#include "kernels/graph/op.hpp"

namespace gpucompute::language {

/// What a name before `(` stands for: an operation, a reduction, a cast, a contraction.
using callee = std::variant<graph::op, graph::reduction, dtype, graph::contraction>;

/// Rows, aliases, reductions, contractions and dtypes by name, and `@`. Internal rows only when asked for.
std::optional<callee> find_callee(std::string_view name, bool internal);

/// All names a user may call, for suggestions.
std::span<const std::string_view> callee_names();

/// `+`, `&`, ...: how an operation is written as an operator; its name when it is a function.
std::string_view symbol(graph::op operation);

}  // namespace gpucompute::language
