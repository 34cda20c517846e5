// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/device/shared_library.hpp"

namespace gpucompute::cuda {

/// NVIDIA's run-time compiler, loaded on demand. It needs neither a GPU nor a driver.
class nvrtc {
 public:
  /// Looks for GPUCOMPUTE_NVRTC (a path), the loader's libnvrtc.so.*, then a CUDA toolkit in CUDA_PATH, CUDA_HOME and
  /// /usr/local/cuda. available() is false, and missing() says what was tried, when there is none.
  nvrtc();

  bool available() const { return missing_.empty(); }
  const std::string& missing() const { return missing_; }
  const std::string& path() const { return library_.path(); }
  int major() const { return major_; }
  int minor() const { return minor_; }

  struct result {
    std::vector<char> binary;  ///< cubin; empty when the compilation failed
    std::string log;           ///< errors and warnings; empty when there was nothing to say
  };
  /// @throw device_unavailable without NVRTC; runtime_failure when a call fails other than for the source
  result compile(const std::string& source, const std::vector<std::string>& options) const;

 private:
  struct program;  // opaque, NVRTC's own
  using status = int;

  void bind();
  void check(status code, const char* call) const;

  device_layer::shared_library library_;
  std::string missing_;
  int major_ = 0;
  int minor_ = 0;
  status (*version_)(int*, int*) = nullptr;
  const char* (*error_string_)(status) = nullptr;
  status (*create_)(program**, const char*, const char*, int, const char* const*, const char* const*) = nullptr;
  status (*destroy_)(program**) = nullptr;
  status (*compile_)(program*, int, const char* const*) = nullptr;
  status (*log_size_)(program*, std::size_t*) = nullptr;
  status (*log_)(program*, char*) = nullptr;
  status (*cubin_size_)(program*, std::size_t*) = nullptr;
  status (*cubin_)(program*, char*) = nullptr;
};

}  // namespace gpucompute::cuda
