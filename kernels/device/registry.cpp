// SPDX-License-Identifier: Apache-2.0
#include <charconv>

#include <gpucompute/device.hpp>
#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/device/backend.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute {
namespace {

/// The number of "cuda:N"; 0 for "cuda"; -1 for any other name.
int cuda_number(std::string_view name) {
  if (name == "cuda") {
    return 0;
  }
  constexpr std::string_view prefix = "cuda:";
  int number = -1;
  if (!name.starts_with(prefix) || name.size() == prefix.size() || name[prefix.size()] == '-') {
    return -1;
  }
  const auto [end, failure] = std::from_chars(name.data() + prefix.size(), name.data() + name.size(), number);
  return failure == std::errc{} && end == name.data() + name.size() ? number : -1;
}

device_layer::backend& cpu_backend() {
  return device_layer::made_once([] { return device_layer::make_cpu_device().release(); });
}
device_layer::backend& reference_backend() {
  return device_layer::made_once([] { return device_layer::make_reference_device().release(); });
}
device_layer::backend& cuda_backend() {
  return device_layer::made_once([] { return device_layer::make_cuda_device().release(); });
}

}  // namespace

device::device(std::string_view name) try : name_(name) {
  if (name != "auto" && name != "cpu" && name != "reference" && cuda_number(name) < 0) {
    throw device_unavailable("device: expected auto, cpu, reference, cuda or cuda:N, got '" + name_ + "'");
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::vector<device_info> devices() try {
  return {cpu_backend().describe(), reference_backend().describe(), cuda_backend().describe()};
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

kernel_statistics statistics(const device& which) try {
  return device_layer::find(which).statistics();
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

namespace device_layer {

backend& find(const device& which) {
  // Two letters tell the names apart that a device can have; comparing them whole took 5 ns of each call.
  const std::string& name = which.name();
  if (name[0] == 'r') {
    return reference_backend();
  }
  // The plan and the text for a GPU do not depend on its number, and no number can evaluate yet.
  return name[0] == 'c' && name[1] == 'u' ? cuda_backend() : cpu_backend();
}

}  // namespace device_layer
}  // namespace gpucompute
