// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace gpucompute::bench {

/// " (did you mean 'NAME'?)" for the known name that a typing error or two away gives, else "". Upper case, and - for _, are
/// no errors at all.
std::string suggestion(std::string_view given, std::span<const std::string_view> known);

}  // namespace gpucompute::bench
