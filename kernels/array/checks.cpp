// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/checks.hpp"

#include <string>

#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"

namespace gpucompute {

void require_dtype(const char* function, dtype type) try {
  if (static_cast<std::size_t>(type) >= dtype_count) {
    throw invalid_argument(std::string(function) + ": a dtype, got the number " +
                           std::to_string(static_cast<unsigned>(type)));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

void require_data(const char* function, const void* data, const dimensions& shape) try {
  if (data == nullptr && element_count(shape) != 0) {
    throw invalid_argument(std::string(function) + ": data, got a null pointer with shape " + to_string(shape));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
