// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "kernels/device/shared_library.hpp"

namespace gpucompute::cuda {

/// NVIDIA's driver library, loaded on demand through hand-declared prototypes: nothing of CUDA is needed to build.
/// Every call is checked: a failure throws runtime_failure with the call and the driver's name for the error, memory
/// that cannot be had out_of_memory.
class driver {
 public:
  using device_address = std::uint64_t;
  struct stream;    // opaque, the driver's own
  struct event;     // opaque
  struct module;    // opaque
  struct function;  // opaque
  struct context;   // opaque

  /// Looks for GPUCOMPUTE_CUDA_DRIVER (a path), then libcuda.so.1. available() is false, and missing() says why, without
  /// the library or a device that it can use.
  driver();

  bool available() const { return missing_.empty(); }
  const std::string& missing() const { return missing_; }

  struct properties {
    std::string name;
    std::string architecture;  ///< "sm_90"
    int multiprocessors = 0;
    std::size_t memory_bytes = 0;
    double memory_bandwidth = 0;  ///< bytes a second, from the clocks that the driver tells; 0 when it does not
  };
  properties describe(int device) const;

  context* retain_context(int device) const;
  void release_context(int device) const noexcept;
  void make_current(context* which) const;

  module* load(std::span<const char> cubin) const;
  void unload(module* which) const noexcept;
  function* find(module* where, const std::string& name) const;

  device_address allocate(std::size_t bytes) const;
  void free(device_address memory) const noexcept;
  void copy_in(device_address to, const void* from, std::size_t bytes) const;
  void copy_out(void* to, device_address from, std::size_t bytes) const;

  /// Grid and block in one dimension, on the default stream. argument: the kernel's only one.
  void launch(function* which, unsigned blocks, unsigned threads, void* argument) const;
  void synchronize() const;

  event* make_event() const;
  void destroy(event* which) const noexcept;
  void record(event* which) const;
  /// Waits for `end`.
  double seconds_between(event* begin, event* end) const;

 private:
  using status = int;

  void bind();
  void check(status code, const char* call, std::size_t bytes = 0) const;

  device_layer::shared_library library_;
  std::string missing_;
  status (*init_)(unsigned) = nullptr;
  status (*error_name_)(status, const char**) = nullptr;
  status (*device_count_of_)(int*) = nullptr;
  status (*device_get_)(int*, int) = nullptr;
  status (*device_name_)(char*, int, int) = nullptr;
  status (*device_attribute_)(int*, int, int) = nullptr;
  status (*device_memory_)(std::size_t*, int) = nullptr;
  status (*context_retain_)(context**, int) = nullptr;
  status (*context_release_)(int) = nullptr;
  status (*context_set_)(context*) = nullptr;
  status (*synchronize_)() = nullptr;
  status (*module_load_)(module**, const void*) = nullptr;
  status (*module_unload_)(module*) = nullptr;
  status (*module_function_)(function**, module*, const char*) = nullptr;
  status (*allocate_)(device_address*, std::size_t) = nullptr;
  status (*free_)(device_address) = nullptr;
  status (*copy_in_)(device_address, const void*, std::size_t) = nullptr;
  status (*copy_out_)(void*, device_address, std::size_t) = nullptr;
  status (*launch_)(function*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, stream*, void**,
                    void**) = nullptr;
  status (*event_create_)(event**, unsigned) = nullptr;
  status (*event_destroy_)(event*) = nullptr;
  status (*event_record_)(event*, stream*) = nullptr;
  status (*event_synchronize_)(event*) = nullptr;
  status (*event_elapsed_)(float*, event*, event*) = nullptr;
};

}  // namespace gpucompute::cuda
