// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

#include <gpucompute/dimensions.hpp>
#include <gpucompute/dtype.hpp>

namespace gpucompute {

/// @throw invalid_argument unless `type` is a row of dtypes.def
void require_dtype(const char* function, dtype type);

/// @throw invalid_argument for a null pointer unless `shape` has no elements
void require_data(const char* function, const void* data, const dimensions& shape);

/// Of all elements. @throw invalid_argument "WHAT fewer than 2^63 bytes, got ..."
std::size_t byte_count(const char* what, dtype type, const dimensions& shape);

}  // namespace gpucompute
