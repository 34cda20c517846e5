// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/graph/contraction.hpp"
#include "kernels/lower/planner.hpp"

namespace gpucompute::lower {

/// The launch of a contraction without an extent of 0. memory: both operands and the result, which lies as
/// written_in_place() asks. Dimensions of the result that every operand walks as one become one, and the largest matrix
/// product among them is the launch's rows and columns; what is left is a loop around it.
launch contraction_launch(const graph::contraction_shape& how, const std::array<stored, 3>& memory);

/// Whether each matrix product of a launch can be done on this operand (0 or 1) where it lies: contiguous along rows or
/// columns and forwards. What cannot, a solver converts in pieces, anew for each product.
bool lies_for_blas(const launch& which, std::size_t operand);

/// How many matrix products a launch of a contraction is.
std::int64_t product_count(const launch& which);

/// Whether a result of type `type` that lies so takes no more matrix products than in C order.
bool written_in_place(const graph::contraction_shape& how, dtype type, const dimensions& strides);

}  // namespace gpucompute::lower
