// SPDX-License-Identifier: Apache-2.0
#include <sstream>

#include <gpucompute/error.hpp>

#include "cuda/codegen/emit.hpp"
#include "cuda/runtime/driver.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "kernels/device/backend.hpp"

namespace gpucompute::cuda {
namespace {

/// Shows what it would run. Nothing is loaded before describe() or a refused evaluation asks what is there.
class cuda_device final : public device_layer::backend {
 public:
  device_info describe() const override {
    const driver driver_library;
    device_info info;
    info.name = "cuda";
    info.description = "NVIDIA GPU";
    info.missing = missing_parts(driver_library);
    if (driver_library.available()) {
      info.name = "cuda:0";
      try {
        const driver::properties found = driver_library.describe(0);
        info.description = found.name + ", " + found.architecture + ", " + std::to_string(found.multiprocessors) +
                           " multiprocessors, " + std::to_string(found.memory_bytes >> 20U) + " MiB";
      } catch (const runtime_failure& failure) {  // one bad device is no reason to hide the others
        info.missing = failure.what() + (info.missing.empty() ? "" : "; " + info.missing);
      }
    }
    return info;
  }

  /// As if every array began at an aligned address, which memory of the device does.
  std::string source(const lower::launch& launch, const device_layer::prepare_options& options) const override {
    std::string text = "// NVRTC:";
    for (const std::string& option : compile_options(options.precision, "ARCHITECTURE")) {
      text += " " + option;
    }
    text += "\n";
    if (launch.kernel->schedule != lower::schedule::elementwise) {
      return text + refused_text(*launch.kernel);
    }
    std::vector<void*> pointers;
    pointers.reserve(launch.operands.size());
    for (const lower::operand_binding& operand : launch.operands) {
      // NOLINTNEXTLINE(performance-no-int-to-ptr): only its alignment is read
      pointers.push_back(reinterpret_cast<void*>(static_cast<std::uintptr_t>(operand.offset)));
    }
    return text + emit(*launch.kernel, choose_variant(launch, pointers));
  }

  std::string tier_text(const device_layer::prepare_options& /*options*/) const override {
    return "none: this version shows the generated CUDA C++ only";
  }

  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& /*kernel*/,
                                                          const device_layer::prepare_options& /*options*/) override {
    refuse();
  }

  void run(const device_layer::executable& /*kernel*/, const lower::launch& /*launch*/,
           std::span<void* const> /*pointers*/, const device_layer::run_options& /*options*/) override {
    refuse();
  }

  std::shared_ptr<void> allocate(std::size_t /*bytes*/) override { refuse(); }

  solving::solver& solver() override { refuse(); }

 private:
  /// A kernel that has no CUDA C++ yet, as comments.
  static std::string refused_text(const lower::kernel& kernel) {
    std::string text = "// Reductions are not generated for cuda by this version; the kernel is:\n";
    std::istringstream lines(lower::to_text(kernel));
    for (std::string each; std::getline(lines, each);) {
      text += "// " + each + "\n";
    }
    return text;
  }

  static std::string missing_parts(const driver& driver_library) {
    const nvrtc compiler;
    std::string missing;
    for (const std::string& part : {driver_library.missing(), compiler.missing()}) {
      missing += part.empty() ? "" : part + "; ";
    }
    return missing + "running on a GPU, which this version lacks (it shows the CUDA C++)";
  }

  [[noreturn]] static void refuse() {
    throw device_unavailable("cuda: expected a device that can evaluate, got none\nmissing: " +
                             missing_parts(driver()));
  }
};

}  // namespace
}  // namespace gpucompute::cuda

namespace gpucompute::device_layer {
std::unique_ptr<backend> make_cuda_device() { return std::make_unique<cuda::cuda_device>(); }
}  // namespace gpucompute::device_layer
