// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/memory.hpp"

#include <new>
#include <string>

#include <gpucompute/error.hpp>

namespace gpucompute {

std::shared_ptr<void> allocate_host(std::size_t bytes) {
  void* memory = ::operator new (bytes == 0 ? 1 : bytes, std::align_val_t{host_alignment}, std::nothrow);
  if (memory == nullptr) {
    throw out_of_memory("array: no memory for " + std::to_string(bytes) + " bytes", bytes);
  }
  return {memory, [](void* p) { ::operator delete (p, std::align_val_t{host_alignment}); }};
}

}  // namespace gpucompute
