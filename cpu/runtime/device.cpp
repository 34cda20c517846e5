// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/error.hpp>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/executable.hpp"
#include "cpu/runtime/processor.hpp"
#include "cpu/runtime/team.hpp"
#include "kernels/array/memory.hpp"
#include "kernels/device/backend.hpp"

namespace gpucompute::cpu {
namespace {

class cpu_device final : public device_layer::backend {
 public:
  explicit cpu_device(bool reference) : reference_(reference) {}

  device_info describe() const override {
    device_info info;
    info.name = reference_ ? "reference" : "cpu";
    info.description = processor_description();
    info.available = supports(isa::avx2);
    info.missing = info.available ? "" : "a processor with AVX2 and FMA";
    info.threads = thread_budget();
    info.tiers = {"interpreter"};
    return info;
  }

  std::string source(const lower::kernel& kernel, const device_layer::prepare_options&) const override {
    return to_text(kernel);
  }

  std::shared_ptr<const device_layer::executable> prepare(const std::shared_ptr<const lower::kernel>& kernel,
                                                          const device_layer::prepare_options& options) override {
    return std::make_shared<executable>(kernel, best_isa(), options.precision == precision::fast);
  }

  void run(const device_layer::executable& kernel, const lower::launch& launch, std::span<void* const> pointers,
           const device_layer::run_options& options) override {
    static_cast<const executable&>(kernel).run(launch, pointers, options);
  }

  std::shared_ptr<void> allocate(std::size_t bytes) override { return allocate_host(bytes); }

 private:
  bool reference_;
};

}  // namespace
}  // namespace gpucompute::cpu

namespace gpucompute::device_layer {

std::unique_ptr<backend> make_cpu_device() { return std::make_unique<cpu::cpu_device>(false); }
std::unique_ptr<backend> make_reference_device() { return std::make_unique<cpu::cpu_device>(true); }

}  // namespace gpucompute::device_layer
