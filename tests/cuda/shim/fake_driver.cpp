// SPDX-License-Identifier: Apache-2.0
// The part of the driver's interface that this project calls, over the scheduler: memory is the host's, with guard
// bytes around every allocation, and kernels are host-compiled by fake_nvrtc.cpp.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <unistd.h>

#include "tests/cuda/shim/fake_cubin.hpp"
#include "tests/cuda/shim/scheduler.hpp"

namespace {

using namespace gpucompute::shim;

constexpr int success = 0;
constexpr int invalid_value = 1;
constexpr int out_of_memory = 2;
constexpr int not_found = 500;
constexpr int illegal_address = 700;
constexpr int launch_failed = 719;
constexpr std::size_t guard_bytes = 256;
constexpr unsigned char guard = 0xA5, garbage = 0xCD;

struct loaded_module {
  void* handle = nullptr;
  void (*poison)() = nullptr;
};
struct loaded_function {
  kernel_function* entry = nullptr;
  void (*poison)() = nullptr;
};
struct event {
  std::chrono::steady_clock::time_point when;
};

std::map<std::uint64_t, std::size_t> allocations;
device_state state = make_state();

/// An error that a kernel caused stays, as in the driver.
int sticky = success;

std::uint64_t seed() {
  static std::uint64_t next = [] {
    const char* text = std::getenv("GPUCOMPUTE_SHIM_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
  }();
  return next++;
}

bool guards_hold(std::uint64_t address, std::size_t bytes) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  const auto* data = reinterpret_cast<const unsigned char*>(address);
  for (std::size_t i = 0; i < guard_bytes; ++i) {
    if (data[bytes + i] != guard || data[-static_cast<std::ptrdiff_t>(i) - 1] != guard) {
      return false;
    }
  }
  return true;
}

bool all_guards_hold() {
  for (const auto& [address, bytes] : allocations) {
    if (!guards_hold(address, bytes)) {
      return false;
    }
  }
  return true;
}

bool inside(std::uint64_t address, std::size_t bytes) {
  const auto next = allocations.upper_bound(address);
  if (next == allocations.begin()) {
    return false;
  }
  const auto& [begin, size] = *std::prev(next);
  return address + bytes <= begin + size;
}

}  // namespace

#define GPUCOMPUTE_FAKE extern "C" __attribute__((visibility("default")))

GPUCOMPUTE_FAKE int cuInit(unsigned) { return success; }

GPUCOMPUTE_FAKE int cuGetErrorName(int status, const char** name) {
  switch (status) {
    case success:
      *name = "CUDA_SUCCESS";
      break;
    case out_of_memory:
      *name = "CUDA_ERROR_OUT_OF_MEMORY";
      break;
    case illegal_address:
      *name = "CUDA_ERROR_ILLEGAL_ADDRESS";
      break;
    case launch_failed:
      *name = "CUDA_ERROR_LAUNCH_FAILED";
      break;
    case not_found:
      *name = "CUDA_ERROR_NOT_FOUND";
      break;
    default:
      *name = "CUDA_ERROR_INVALID_VALUE";
  }
  return success;
}

GPUCOMPUTE_FAKE int cuDeviceGetCount(int* count) { return *count = 1, success; }
GPUCOMPUTE_FAKE int cuDeviceGet(int* device, int number) { return *device = number, success; }
GPUCOMPUTE_FAKE int cuDeviceGetName(char* name, int bytes, int) {
  std::snprintf(name, static_cast<std::size_t>(bytes), "host threads under the shim");
  return success;
}
GPUCOMPUTE_FAKE int cuDeviceGetAttribute(int* value, int which, int) {
  *value = which == 16 ? 2 : which == 75 ? 9 : 0;  // two multiprocessors, so that grids wrap; compute capability 9.0
  return success;
}
GPUCOMPUTE_FAKE int cuDeviceTotalMem_v2(std::size_t* bytes, int) { return *bytes = std::size_t{1} << 30U, success; }
GPUCOMPUTE_FAKE int cuDevicePrimaryCtxRetain(void** context, int) { return *context = &state, success; }
GPUCOMPUTE_FAKE int cuDevicePrimaryCtxRelease_v2(int) { return success; }
GPUCOMPUTE_FAKE int cuCtxSetCurrent(void*) { return success; }
GPUCOMPUTE_FAKE int cuCtxSynchronize() { return sticky; }

GPUCOMPUTE_FAKE int cuModuleLoadData(loaded_module** made, const char* image) {
  cubin_header header, expected;
  std::memcpy(&header, image, sizeof header);
  if (header.magic != expected.magic) {
    return invalid_value;
  }
  std::string path = std::filesystem::temp_directory_path() / "gpucompute-shim-XXXXXX";
  const int file = mkstemp(path.data());
  const bool written = write(file, image + sizeof header, header.bytes) == static_cast<ssize_t>(header.bytes);
  close(file);
  void* handle = written ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  unlink(path.c_str());
  if (handle == nullptr) {
    return invalid_value;
  }
  *static_cast<device_state**>(dlsym(handle, "gpucompute_shim_state")) = &state;
  *made = new loaded_module{handle, reinterpret_cast<void (*)()>(dlsym(handle, "gpucompute_shim_poison"))};
  return success;
}

GPUCOMPUTE_FAKE int cuModuleUnload(loaded_module* which) {
  dlclose(which->handle);
  delete which;
  return success;
}

GPUCOMPUTE_FAKE int cuModuleGetFunction(loaded_function** made, loaded_module* where, const char* name) {
  void* entry = dlsym(where->handle, (std::string(name) + "__entry").c_str());
  if (entry == nullptr) {
    return not_found;
  }
  static std::map<void*, loaded_function> functions;
  *made = &(functions[entry] = {reinterpret_cast<kernel_function*>(entry), where->poison});
  return success;
}

GPUCOMPUTE_FAKE int cuMemAlloc_v2(std::uint64_t* address, std::size_t bytes) {
  auto* data = static_cast<unsigned char*>(std::aligned_alloc(256, (bytes + 2 * guard_bytes + 255) / 256 * 256));
  if (data == nullptr) {
    return out_of_memory;
  }
  std::memset(data, guard, guard_bytes);
  std::memset(data + guard_bytes, garbage, bytes);
  std::memset(data + guard_bytes + bytes, guard, guard_bytes);
  *address = reinterpret_cast<std::uint64_t>(data + guard_bytes);
  allocations[*address] = bytes;
  return success;
}

GPUCOMPUTE_FAKE int cuMemFree_v2(std::uint64_t address) {
  allocations.erase(address);
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  std::free(reinterpret_cast<unsigned char*>(address) - guard_bytes);
  return success;
}

GPUCOMPUTE_FAKE int cuMemcpyHtoD_v2(std::uint64_t to, const void* from, std::size_t bytes) {
  if (!inside(to, bytes)) {
    return invalid_value;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  std::memcpy(reinterpret_cast<void*>(to), from, bytes);
  return sticky;
}

GPUCOMPUTE_FAKE int cuMemcpyDtoH_v2(void* to, std::uint64_t from, std::size_t bytes) {
  if (!inside(from, bytes)) {
    return invalid_value;
  }
  // NOLINTNEXTLINE(performance-no-int-to-ptr): the driver's addresses are numbers
  std::memcpy(to, reinterpret_cast<const void*>(from), bytes);
  return sticky;
}

GPUCOMPUTE_FAKE int cuLaunchKernel(loaded_function* which, unsigned gx, unsigned gy, unsigned gz, unsigned bx,
                                   unsigned by, unsigned bz, unsigned, void*, void** parameters, void**) {
  try {
    run(state, {which->entry, parameters, {gx, gy, gz}, {bx, by, bz}, which->poison}, seed());
    sticky = all_guards_hold() ? sticky : illegal_address;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    sticky = launch_failed;
  }
  return success;
}

GPUCOMPUTE_FAKE int cuEventCreate(event** made, unsigned) { return *made = new event, success; }
GPUCOMPUTE_FAKE int cuEventDestroy_v2(event* which) { return delete which, success; }
GPUCOMPUTE_FAKE int cuEventRecord(event* which, void*) {
  which->when = std::chrono::steady_clock::now();
  return success;
}
GPUCOMPUTE_FAKE int cuEventSynchronize(event*) { return sticky; }
GPUCOMPUTE_FAKE int cuEventElapsedTime(float* milliseconds, event* begin, event* end) {
  *milliseconds = std::chrono::duration<float, std::milli>(end->when - begin->when).count();
  return success;
}
