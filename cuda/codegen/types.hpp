// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <gpucompute/dtype.hpp>

namespace gpucompute::cuda {

/// CUDA C++ name of a value of a real type: "double", "unsigned char", "bool".
std::string_view value_type(dtype type);
/// Name of an element in memory: as above, but a bool is an unsigned char (any nonzero byte is true) and a complex
/// number the pair "gc_complex<float>".
std::string memory_type(dtype type);
/// Unsigned type, at least as wide as `unsigned int`, in which integers of `type` wrap without undefined behaviour.
std::string_view wrapping_type(dtype type);
/// An expression of exactly this value and type; `bits` as in lower::instruction.
std::string literal_text(dtype type, std::uint64_t bits);

}  // namespace gpucompute::cuda
