// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/prepared.hpp"

namespace gpucompute::solving {

/// Bytes that a solve takes at the same time beyond what the caller holds; a lower bound of them.
double bytes_needed(const planned_for& size, keep how);

/// @throw out_of_memory where the device has fewer left, with both figures and the largest order that fits
void require_memory(const char* function, const planned_for& size, const solver& with, keep how);

}  // namespace gpucompute::solving
