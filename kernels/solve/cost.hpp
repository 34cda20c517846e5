// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "kernels/solve/plan.hpp"

// What a solve costs, before it is made.

namespace gpucompute::solving {

/// One way to solve a matrix.
struct way {
  gpucompute::method method = gpucompute::method::lu;
  dtype factors = float64;
  int threads = 1;
  friend bool operator==(const way&, const way&) = default;
};

/// All that could solve a matrix with these facts, the chosen one among them; on as many threads as that, and that on one
/// thread too.
std::vector<way> ways_for(const planned_for& size, const facts& found, const way& chosen);

/// Predicted seconds of one way, from the profile: factoring, one solve and its proof.
double predicted_seconds(const way& one, const planned_for& size, const facts& found, const cost_profile& profile);

}  // namespace gpucompute::solving
