// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include <gpucompute/device.hpp>
#include <gpucompute/evaluate.hpp>

#include "kernels/lower/launch.hpp"

namespace gpucompute::solving {
class solver;
}

namespace gpucompute::device_layer {

/// A kernel made ready by one device. Immutable; shared by any number of threads.
class executable {
 public:
  virtual ~executable() = default;

  /// What a run takes by now; an automatic tier may change with use.
  virtual gpucompute::tier current_tier() const { return gpucompute::tier::interpreter; }
};

struct prepare_options {
  gpucompute::precision precision = precision::precise;
  gpucompute::tier tier = tier::automatic;
};

struct run_options {
  int threads = 0;  ///< most threads; 0: the budget of the process
};

/// What every device does. All calls are safe from any number of threads.
class backend {
 public:
  virtual ~backend() = default;

  virtual device_info describe() const = 0;

  virtual kernel_statistics statistics() const { return {}; }

  /// Text that the device would compile for a launch: LLVM IR, CUDA C++; for an interpreter the kernel's own text. Works
  /// without the device being there.
  virtual std::string source(const lower::launch& launch, const prepare_options& options) const = 0;

  /// Which tier runs what is prepared with `options`, and why, in one line.
  virtual std::string tier_text(const prepare_options& options) const = 0;

  /// Finds the kernel in the device's cache or makes it. @throw device_unavailable, runtime_failure
  virtual std::shared_ptr<const executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                    const prepare_options& options) = 0;

  /// Runs one launch and returns when its results are in memory. pointers[k] is the first element of operand k (offset
  /// applied). Outputs do not overlap inputs unless element by element at equal addresses and strides.
  virtual void run(const executable& kernel, const lower::launch& launch, std::span<void* const> pointers,
                   const run_options& options) = 0;

  /// 64-byte aligned (device: 256) memory from the device's pool; released to the pool with the last owner.
  /// @throw out_of_memory
  virtual std::shared_ptr<void> allocate(std::size_t bytes) = 0;

  /// What solves dense systems and multiplies matrices here, made on first use.
  /// @throw device_unavailable with what is missing
  virtual solving::solver& solver() = 0;
};

/// Defined by cpu/ and cuda/, or by their stub files; never null.
std::unique_ptr<backend> make_cpu_device();
std::unique_ptr<backend> make_reference_device();
std::unique_ptr<backend> make_cuda_device();

/// The backend of a device name, made on first use, alive until the process ends. "auto" is the cpu as long as there
/// is no placement. @throw device_unavailable for an unknown name
backend& find(const device& which);

}  // namespace gpucompute::device_layer
