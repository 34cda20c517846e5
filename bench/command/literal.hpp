// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <gpucompute/evaluate.hpp>

namespace gpucompute::bench {

/// A number as Python writes it: True, -1, 2.5, 1e-3, 2j, 1+2j, nan, inf; nothing for any other text.
/// @throw bad_input for a whole number beyond 64 bits
std::optional<weak_scalar> parse_literal(std::string_view text);

}  // namespace gpucompute::bench
