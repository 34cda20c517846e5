// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string_view>

#include <gpucompute/array.hpp>
#include <gpucompute/evaluate.hpp>

namespace gpucompute::testing {

/// Where a caller lets a result go.
enum class output { contiguous, strided, cast };
inline constexpr output all_outputs[] = {output::contiguous, output::strided, output::cast};
std::string_view name(output which);

/// The type of an output that the result is cast to: another one of its kind; of bool an integer.
dtype cast_of(dtype type);

/// Evaluates into memory of the caller's and copies it out. Strided: every third place, from the last to the first.
/// @throw std::runtime_error when a byte between the elements changes, and what evaluate() throws
array evaluate_into(output which, std::string_view text, const std::vector<argument>& inputs, dtype type,
                    const dimensions& shape, const evaluate_options& options);

}  // namespace gpucompute::testing
