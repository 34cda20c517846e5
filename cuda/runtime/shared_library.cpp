// SPDX-License-Identifier: Apache-2.0
#include "cuda/runtime/shared_library.hpp"

#include <dlfcn.h>

namespace gpucompute::cuda {

shared_library shared_library::find(std::span<const std::string> candidates) {
  shared_library found;
  for (const std::string& candidate : candidates) {
    // NVIDIA's libraries hold memory and threads that unloading would lose: once open they stay.
    if (void* handle = dlopen(candidate.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
      found.handle_ = std::shared_ptr<void>(handle, dlclose);
      found.path_ = candidate;
      found.failure_.clear();
      return found;
    }
    const char* reason = dlerror();
    found.failure_ += (found.failure_.empty() ? "" : "; ") + std::string(reason != nullptr ? reason : candidate);
  }
  return found;
}

void* shared_library::address(const char* symbol) {
  void* found = handle_ ? dlsym(handle_.get(), symbol) : nullptr;
  if (handle_ && found == nullptr) {
    failure_ = path_ + " has no " + symbol;
  }
  return found;
}

}  // namespace gpucompute::cuda
