// SPDX-License-Identifier: Apache-2.0
#include <cstring>

#include "kernels/device/backend.hpp"
#include "tests/cuda/check.hpp"

namespace gpucompute::cuda {

std::vector<operand_memory> run_on_reference(const check& what) {
  static const std::unique_ptr<device_layer::backend> reference = device_layer::make_reference_device();
  std::vector<std::shared_ptr<void>> buffers;
  std::vector<void*> pointers;
  for (const operand_memory& memory : what.memory) {
    buffers.push_back(reference->allocate(memory.bytes.size()));
    std::memcpy(buffers.back().get(), memory.bytes.data(), memory.bytes.size());
    pointers.push_back(static_cast<std::byte*>(buffers.back().get()) + memory.first);
  }
  const auto executable = reference->prepare(what.launch.kernel, {});
  reference->run(*executable, what.launch, pointers, {});
  std::vector<operand_memory> results = what.memory;
  for (std::size_t k = 0; k < results.size(); ++k) {
    std::memcpy(results[k].bytes.data(), buffers[k].get(), results[k].bytes.size());
  }
  return results;
}

}  // namespace gpucompute::cuda
