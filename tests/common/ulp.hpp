// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "tests/common/case_file.hpp"

namespace gpucompute::testing {

/// Empty when every component of `actual` lies within the bound that the row of ops.def named by the case gives for the
/// CPU; else what lies beyond. The expected result is rounded once, which the bound leaves room for. NaNs must stand at
/// the same places, zeros must have the same sign. @throw std::runtime_error for a name without a row
std::string ulp_difference(const numpy_case& expected, const array& actual);

}  // namespace gpucompute::testing
