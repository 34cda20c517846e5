// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>

#include "cpu/interpret/interpreter.hpp"
#include "kernels/device/backend.hpp"

namespace gpucompute::cpu {

/// A kernel made ready for this CPU.
class executable final : public device_layer::executable {
 public:
  executable(std::shared_ptr<const lower::kernel> kernel, isa which, bool fast);

  void run(const lower::launch& launch, std::span<void* const> pointers,
           const device_layer::run_options& options) const;

 private:
  std::shared_ptr<const lower::kernel> kernel_;
  interpret::interpreter interpreter_;
  double element_nanoseconds_;  ///< on one thread
};

}  // namespace gpucompute::cpu
