// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <span>
#include <string>
#include <string_view>

#include "kernels/language/compile.hpp"

namespace gpucompute::language {

/// The message of the Error with which a text of these names is refused; else what came instead.
template <typename Error>
std::string mistake_in(std::string_view text, std::span<const binding> names) {
  try {
    compile_text(text, names);
  } catch (const Error& error) {
    return error.what();
  } catch (const std::exception& error) {
    return std::string("another type: ") + error.what();
  }
  return "none";
}

}  // namespace gpucompute::language
