// SPDX-License-Identifier: Apache-2.0
#include "cuda/runtime/driver.hpp"

#include <gpucompute/error.hpp>

#include "kernels/device/environment.hpp"

namespace gpucompute::cuda {
namespace {

// Values of the driver's enumerations, fixed by its binary interface.
constexpr int success = 0;
constexpr int error_out_of_memory = 2;
constexpr int attribute_multiprocessors = 16;
constexpr int attribute_memory_clock_khz = 36;
constexpr int attribute_bus_width_bits = 37;
constexpr int attribute_major = 75;
constexpr int attribute_minor = 76;

std::vector<std::string> places() {
  if (const char* path = device_layer::path_setting("GPUCOMPUTE_CUDA_DRIVER")) {
    return {path};
  }
  return {"libcuda.so.1"};
}

}  // namespace

driver::driver() : library_(device_layer::shared_library::find(places())) {
  bind();
  if (!library_.failure().empty()) {
    missing_ = "NVIDIA's driver (" + library_.failure() + ")";
    return;
  }
  int devices = 0;
  const char* call = "cuInit";
  status code = init_(0);
  if (code == success) {
    call = "cuDeviceGetCount";
    code = device_count_of_(&devices);
  }
  if (code != success || devices == 0) {
    const char* reason = nullptr;
    error_name_(code, &reason);
    missing_ = "a device that the driver " + library_.path() + " can use" +
               (code != success && reason != nullptr ? std::string(": ") + call + " gives " + reason : std::string());
  }
}

void driver::bind() {
  library_.bind(init_, "cuInit") && library_.bind(error_name_, "cuGetErrorName") &&
      library_.bind(device_count_of_, "cuDeviceGetCount") && library_.bind(device_get_, "cuDeviceGet") &&
      library_.bind(device_name_, "cuDeviceGetName") && library_.bind(device_attribute_, "cuDeviceGetAttribute") &&
      library_.bind(device_memory_, "cuDeviceTotalMem_v2") &&
      library_.bind(context_retain_, "cuDevicePrimaryCtxRetain") &&
      library_.bind(context_release_, "cuDevicePrimaryCtxRelease_v2") &&
      library_.bind(context_set_, "cuCtxSetCurrent") && library_.bind(synchronize_, "cuCtxSynchronize") &&
      library_.bind(module_load_, "cuModuleLoadData") && library_.bind(module_unload_, "cuModuleUnload") &&
      library_.bind(module_function_, "cuModuleGetFunction") && library_.bind(allocate_, "cuMemAlloc_v2") &&
      library_.bind(free_, "cuMemFree_v2") && library_.bind(copy_in_, "cuMemcpyHtoD_v2") &&
      library_.bind(copy_out_, "cuMemcpyDtoH_v2") && library_.bind(launch_, "cuLaunchKernel") &&
      library_.bind(event_create_, "cuEventCreate") && library_.bind(event_destroy_, "cuEventDestroy_v2") &&
      library_.bind(event_record_, "cuEventRecord") && library_.bind(event_synchronize_, "cuEventSynchronize") &&
      library_.bind(event_elapsed_, "cuEventElapsedTime");
}

void driver::check(status code, const char* call, std::size_t bytes) const {
  if (code == success) {
    return;
  }
  const char* name = nullptr;
  error_name_(code, &name);
  const std::string what = std::string("cuda: expected ") + call + " to succeed, got " +
                           (name != nullptr ? name : "error " + std::to_string(code));
  if (code == error_out_of_memory) {
    throw out_of_memory(what + " (" + std::to_string(bytes) + " bytes)", bytes);
  }
  throw runtime_failure(what);
}

driver::properties driver::describe(int device) const {
  properties found;
  int handle = 0;
  check(device_get_(&handle, device), "cuDeviceGet");
  char name[256] = {};
  check(device_name_(name, sizeof name, handle), "cuDeviceGetName");
  found.name = name;
  const auto attribute = [&](int which) {
    int value = 0;
    check(device_attribute_(&value, which, handle), "cuDeviceGetAttribute");
    return value;
  };
  found.architecture = "sm_" + std::to_string(attribute(attribute_major)) + std::to_string(attribute(attribute_minor));
  found.multiprocessors = attribute(attribute_multiprocessors);
  // Two transfers a clock of double data rate memory.
  found.memory_bandwidth = 2e3 * attribute(attribute_memory_clock_khz) * attribute(attribute_bus_width_bits) / 8;
  check(device_memory_(&found.memory_bytes, handle), "cuDeviceTotalMem");
  return found;
}

driver::context* driver::retain_context(int device) const {
  context* made = nullptr;
  check(context_retain_(&made, device), "cuDevicePrimaryCtxRetain");
  return made;
}
void driver::release_context(int device) const noexcept { context_release_(device); }
void driver::make_current(context* which) const { check(context_set_(which), "cuCtxSetCurrent"); }

driver::module* driver::load(std::span<const char> cubin) const {
  module* made = nullptr;
  check(module_load_(&made, cubin.data()), "cuModuleLoadData");
  return made;
}
void driver::unload(module* which) const noexcept { module_unload_(which); }

driver::function* driver::find(module* where, const std::string& name) const {
  function* found = nullptr;
  check(module_function_(&found, where, name.c_str()), "cuModuleGetFunction");
  return found;
}

driver::device_address driver::allocate(std::size_t bytes) const {
  device_address made = 0;
  check(allocate_(&made, bytes), "cuMemAlloc", bytes);
  return made;
}
void driver::free(device_address memory) const noexcept { free_(memory); }

void driver::copy_in(device_address to, const void* from, std::size_t bytes) const {
  check(copy_in_(to, from, bytes), "cuMemcpyHtoD");
}
void driver::copy_out(void* to, device_address from, std::size_t bytes) const {
  check(copy_out_(to, from, bytes), "cuMemcpyDtoH");
}

void driver::launch(function* which, unsigned blocks, unsigned threads, void* argument) const {
  void* arguments[] = {argument};
  check(launch_(which, blocks, 1, 1, threads, 1, 1, 0, nullptr, arguments, nullptr), "cuLaunchKernel");
}
void driver::synchronize() const { check(synchronize_(), "cuCtxSynchronize"); }

driver::event* driver::make_event() const {
  event* made = nullptr;
  check(event_create_(&made, 0), "cuEventCreate");
  return made;
}
void driver::destroy(event* which) const noexcept { event_destroy_(which); }
void driver::record(event* which) const { check(event_record_(which, nullptr), "cuEventRecord"); }

double driver::seconds_between(event* begin, event* end) const {
  float milliseconds = 0;
  check(event_synchronize_(end), "cuEventSynchronize");
  check(event_elapsed_(&milliseconds, begin, end), "cuEventElapsedTime");
  return milliseconds * 1e-3;
}

}  // namespace gpucompute::cuda
