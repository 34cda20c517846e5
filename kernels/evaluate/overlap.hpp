// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/view.hpp>

#include "kernels/lower/plan.hpp"

namespace gpucompute::evaluation {

/// How two arrays share memory. `none` is proven: by the bytes between which they lie, or because they interleave, as
/// columns of one matrix and the parts of complex numbers do. What is not proven is `partial`.
lower::overlap overlap_of(const void* a_data, const array_view& a, const void* b_data, const array_view& b);

/// Whether two elements of one array are known to lie on different bytes. False for a stretched or a sliding view.
bool elements_are_apart(const array_view& a);

}  // namespace gpucompute::evaluation
