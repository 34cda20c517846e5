// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <regex>
#include <string>

namespace gpucompute::bench {

/// A regular expression (ECMAScript without back-references) whose search takes a time and a stack that are bounded,
/// whatever it says. @throw bad_input for what is none, is too long or repeats too much
std::regex parse_filter(const std::string& text);

}  // namespace gpucompute::bench
