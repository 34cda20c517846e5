// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace gpucompute {

/// "FUNCTION: expected WHAT, got GOT": how the message of an error reads.
std::string expectation(std::string_view function, std::string_view what, std::string_view got);

}  // namespace gpucompute
