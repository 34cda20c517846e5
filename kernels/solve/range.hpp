// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <gpucompute/dtype.hpp>

// Which numbers are far enough from both ends of a type's exponent range. What is beyond is measured at another scale.

namespace gpucompute::solving {

/// The exponent from which on, and down to whose negative, products of two such numbers cannot be summed by the million.
constexpr int largest_moderate(dtype type) { return component(type) == float32 ? 50 : 500; }

/// The largest or smallest modulus of a matrix that norms and products of are formed without a second thought. 0 is none.
bool is_moderate(double largest, dtype type);
bool is_tiny(double largest, dtype type);
bool is_huge(double largest, dtype type);
/// Of the power of two that makes it so.
int exponent_to_moderate(double largest, dtype type);
/// Of the power of two that brings it into [1, 2); 0 for 0 and what is not finite.
int exponent_to_one(double largest);

double largest_number(dtype type);
double smallest_normal(dtype type);
/// The exponent below which a norm leaves elimination room to grow.
int roomy_exponent(dtype type);

}  // namespace gpucompute::solving
