// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string_view>

#include <gpucompute/evaluate.hpp>

namespace gpucompute::bench {

/// A number as texts of expressions spell it, with a sign: True, -1, 1_000, 0xff, 2.5, 1e-3, 2j, 1+2j, nan, inf; nothing
/// for any other text. @throw bad_input for a whole number below -2^63 or above 2^64 - 1, or one with leading zeros
std::optional<weak_scalar> parse_literal(std::string_view text);

}  // namespace gpucompute::bench
