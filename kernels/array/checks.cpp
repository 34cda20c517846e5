// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/checks.hpp"

#include <string>

#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/expectation.hpp"

namespace gpucompute {

void require_dtype(const char* function, dtype type) try {
  if (static_cast<std::size_t>(type) >= dtype_count) {
    throw invalid_argument(
        expectation(function, "a dtype", "the number " + std::to_string(static_cast<unsigned>(type))));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

void require_data(const char* function, const void* data, const dimensions& shape) try {
  if (data == nullptr && element_count(shape) != 0) {
    throw invalid_argument(expectation(function, "data", "a null pointer with shape " + to_string(shape)));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::size_t byte_count(const char* what, dtype type, const dimensions& shape) try {
  std::int64_t bytes = 0;
  if (__builtin_mul_overflow(element_count(shape), static_cast<std::int64_t>(size_of(type)), &bytes)) {
    throw invalid_argument(std::string(what) + " fewer than 2^63 bytes, got shape " + to_string(shape) + " of " +
                           std::string(name(type)));
  }
  return static_cast<std::size_t>(bytes);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
