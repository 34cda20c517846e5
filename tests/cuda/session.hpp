// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cuda/codegen/variant.hpp"
#include "cuda/runtime/driver.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "tests/cuda/check.hpp"

namespace gpucompute::cuda {

/// A driver's object that is given back with its last owner.
template <typename Object>
using handle = std::shared_ptr<Object>;

/// Compiles generated texts and runs them on device 0.
class session {
 public:
  /// @throw device_unavailable when the driver, a device or NVRTC is missing
  session();

  const driver::properties& device() const { return device_; }
  const nvrtc& compiler() const { return compiler_; }

  /// Compiles the kernels of these checks, many a program. @throw runtime_failure with NVRTC's log
  void compile(const std::vector<check>& checks);
  std::size_t compiled() const { return functions_.size(); }
  double compile_seconds() const { return compile_seconds_; }

  /// The operands' memory after the launch. Its kernel must have been compiled.
  std::vector<operand_memory> run(const check& what) const;

  struct timing {
    double median_seconds = 0;
    double bytes = 0;  ///< read and written
  };
  /// Times launches of `what` with n elements an operand, contiguous, without looking at the data.
  timing time(const lower::kernel& kernel, std::int64_t n, int repeats);

 private:
  struct prepared {
    handle<driver::module> module;
    driver::function* function = nullptr;
  };

  handle<void> allocate(std::size_t bytes, driver::device_address& address) const;
  void compile_texts(const std::vector<std::string>& keys, const std::vector<std::string>& sources);
  void launch(const lower::launch& what, const std::vector<void*>& pointers) const;
  static std::string key_of(const lower::launch& what, const std::vector<void*>& pointers);

  driver driver_;
  nvrtc compiler_;
  driver::properties device_;
  handle<driver::context> context_;
  std::map<std::string, prepared> functions_;  ///< by text under the default name
  double compile_seconds_ = 0;
};

}  // namespace gpucompute::cuda
