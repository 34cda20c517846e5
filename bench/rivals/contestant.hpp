// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <string>

#include <gpucompute/gpucompute.hpp>

#include "bench/rivals/shim.hpp"

// What the sources behind the C door share.

#define GPUBENCH_SHIM_API __attribute__((visibility("default")))

struct gpubench_contestant {
  std::function<void()> call;
  std::function<std::string()> explain = {};  ///< calls once more; what that ran as
  std::string explanation = {};               ///< the last one, for C
  std::shared_ptr<const void> borrowed = {};  ///< what `call` refers to
};

namespace gpucompute::bench {

/// Of this thread's last failure.
std::string& last_error();

mutable_view view_of(const gpubench_array& from);

/// What `action` returns, or `failed` with the reason in last_error().
template <typename Result, typename Action>
Result guarded(Result failed, const Action& action) {
  try {
    return action();
  } catch (const std::exception& error) {
    last_error() = error.what();
    return failed;
  }
}

}  // namespace gpucompute::bench
