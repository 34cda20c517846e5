// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

#include "cuda/codegen/variant.hpp"
#include "kernels/lower/kernel.hpp"

namespace gpucompute::cuda {

inline constexpr std::string_view default_kernel_name = "gpucompute_kernel";

/// Header-free CUDA C++ of an elementwise kernel: `extern "C" __global__ void NAME(gc_block)`, or with a pointer to the
/// block where it exceeds most_parameter_bytes. Launch with threads_per_block threads in one dimension. Everything but NAME lies
/// in a namespace called after it, so that texts of different names can be compiled together. No CUDA is needed for this.
/// @throw device_unavailable for a kernel with reductions; internal_error for an operation without a line in lines.def
std::string emit(const lower::kernel& kernel, const variant& which, std::string_view name = default_kernel_name);

}  // namespace gpucompute::cuda
