// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/error.hpp>

// The destructors are here so that each type's vtable lives in this library once and can be caught across it.
namespace gpucompute {
error::~error() = default;
invalid_argument::~invalid_argument() = default;
expression_error::~expression_error() = default;
syntax_error::~syntax_error() = default;
name_error::~name_error() = default;
type_error::~type_error() = default;
shape_error::~shape_error() = default;
device_unavailable::~device_unavailable() = default;
runtime_failure::~runtime_failure() = default;
out_of_memory::~out_of_memory() = default;
internal_error::~internal_error() = default;
}  // namespace gpucompute
