// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "kernels/lower/kernel.hpp"

// What kernels mean, one element at a time and written for nothing but being read.

namespace gpucompute::tests {

/// Result of a PRIMITIVE row for arguments of `type` (`where`: bool first), all as bits.
std::uint64_t apply_primitive(graph::op operation, dtype type, std::uint64_t x, std::uint64_t y, std::uint64_t z);
/// Type of that result.
dtype primitive_result(graph::op operation, dtype type);
std::uint64_t cast_element(std::uint64_t bits, dtype from, dtype to);

/// Values of program.results, as bits; `leaf` serves loads, parameters and positions.
std::vector<std::uint64_t> run_scalar(const lower::program& code,
                                      const std::function<std::uint64_t(const lower::instruction&)>& leaf);

/// States of all fields of all reducers.
using states = std::vector<std::uint64_t>;
states identities(const lower::kernel& kernel);
states combine(const lower::kernel& kernel, const states& left, const states& right);
/// One leaf of at most reduce::leaf_length elements whose lifted states are given, as tree.hpp says it.
states reduce_leaf(const lower::kernel& kernel, const std::vector<states>& lifted);

/// Equal but for sign and payload of NaNs.
bool same(std::uint64_t a, std::uint64_t b, dtype type);

}  // namespace gpucompute::tests
