// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <stdexcept>
#include <utility>

namespace gpucompute::bench {

/// What an optional holds. @throw std::logic_error, which fails the test, when it holds nothing
template <typename T>
T required(std::optional<T> one) {
  if (!one) throw std::logic_error("expected a value, got none");
  return *std::move(one);
}

}  // namespace gpucompute::bench
