// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {

/// The text of the bad_input that `action` throws.
template <typename Action>
std::string refusal(const Action& action) {
  try {
    action();
  } catch (const bad_input& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace gpucompute::bench
