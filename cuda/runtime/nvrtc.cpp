// SPDX-License-Identifier: Apache-2.0
#include "cuda/runtime/nvrtc.hpp"

#include <gpucompute/error.hpp>

#include "kernels/device/environment.hpp"

namespace gpucompute::cuda {
namespace {

constexpr int success = 0;
constexpr int compilation_error = 6;

std::vector<std::string> places() {
  if (const char* path = device_layer::path_setting("GPUCOMPUTE_NVRTC")) {
    return {path};
  }
  std::vector<std::string> found;
  for (const char* name : {"libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so"}) {
    found.emplace_back(name);
  }
  for (const char* variable : {"CUDA_PATH", "CUDA_HOME"}) {
    if (const char* toolkit = device_layer::path_setting(variable)) {
      found.push_back(std::string(toolkit) + "/lib64/libnvrtc.so");
    }
  }
  found.emplace_back("/usr/local/cuda/lib64/libnvrtc.so");
  return found;
}

}  // namespace

nvrtc::nvrtc() : library_(device_layer::shared_library::find(places())) {
  bind();
  if (!library_.failure().empty()) {
    missing_ = "NVRTC, CUDA's run-time compiler (" + library_.failure() + ")";
  } else if (version_(&major_, &minor_) != success) {
    missing_ = "NVRTC: " + library_.path() + " does not tell its version";
  }
}

void nvrtc::bind() {
  library_.bind(version_, "nvrtcVersion") && library_.bind(error_string_, "nvrtcGetErrorString") &&
      library_.bind(create_, "nvrtcCreateProgram") && library_.bind(destroy_, "nvrtcDestroyProgram") &&
      library_.bind(compile_, "nvrtcCompileProgram") && library_.bind(log_size_, "nvrtcGetProgramLogSize") &&
      library_.bind(log_, "nvrtcGetProgramLog") && library_.bind(cubin_size_, "nvrtcGetCUBINSize") &&
      library_.bind(cubin_, "nvrtcGetCUBIN");
}

void nvrtc::check(status code, const char* call) const {
  if (code != success) {
    throw runtime_failure(std::string("nvrtc::compile: expected ") + call + " to succeed, got " + error_string_(code));
  }
}

nvrtc::result nvrtc::compile(const std::string& source, const std::vector<std::string>& options) const {
  if (!available()) {
    throw device_unavailable("nvrtc::compile: expected " + missing_);
  }
  program* made = nullptr;
  check(create_(&made, source.c_str(), "gpucompute.cu", 0, nullptr, nullptr), "nvrtcCreateProgram");
  const auto destroy = [this](program* which) { destroy_(&which); };
  const std::unique_ptr<program, decltype(destroy)> owner(made, destroy);

  std::vector<const char*> texts;
  texts.reserve(options.size());
  for (const std::string& option : options) {
    texts.push_back(option.c_str());
  }
  const status code = compile_(made, static_cast<int>(texts.size()), texts.data());

  result done;
  std::size_t size = 0;
  check(log_size_(made, &size), "nvrtcGetProgramLogSize");
  done.log.resize(size);
  check(log_(made, done.log.data()), "nvrtcGetProgramLog");
  done.log.resize(size == 0 ? 0 : size - 1);  // NVRTC counts the terminator
  if (code == compilation_error) {
    return done;
  }
  check(code, "nvrtcCompileProgram");
  check(cubin_size_(made, &size), "nvrtcGetCUBINSize");
  done.binary.resize(size);
  check(cubin_(made, done.binary.data()), "nvrtcGetCUBIN");
  return done;
}

}  // namespace gpucompute::cuda
