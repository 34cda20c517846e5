// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/shared_library.hpp"

#include <dlfcn.h>

namespace gpucompute::device_layer {

shared_library shared_library::find(std::span<const std::string> candidates) {
  shared_library found;
  for (const std::string& candidate : candidates) {
    // Such libraries hold memory and threads that unloading would lose: once open they stay.
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

void* shared_library::address(const char* symbol) const { return handle_ ? dlsym(handle_.get(), symbol) : nullptr; }

}  // namespace gpucompute::device_layer
