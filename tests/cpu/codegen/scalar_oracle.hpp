// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "tests/common/scalar_program.hpp"

// What a kernel with several reducers means, and how the tests compare.

namespace gpucompute::testing {

/// Type of a PRIMITIVE row's result for arguments of `type` (`where`: of the choices).
dtype primitive_result(graph::op operation, dtype type);

/// States of all fields of all reducers.
using states = element_bits;
states identities(const lower::kernel& kernel);
states combine(const lower::kernel& kernel, const states& left, const states& right);
/// One leaf of at most reduce::leaf_length elements whose lifted states are given, as tree.hpp says it.
states reduce_leaf(const lower::kernel& kernel, const std::vector<states>& lifted);

/// Equal but for sign and payload of NaNs.
bool same(std::uint64_t a, std::uint64_t b, dtype type);

}  // namespace gpucompute::testing
