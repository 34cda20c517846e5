// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/suites/expression_case.hpp"

namespace gpucompute::bench {

/// One way to compute a case, made ready: its functions are compiled, its results have memory. Borrows from the case's
/// data.
struct variant {
  std::string name;  ///< "naive", "fused", "fast", "hand"
  std::function<void()> call;
  std::function<std::vector<array>()> results;  ///< copies of what the last call wrote
  std::function<std::string()> tier;            ///< what one call more ran as
};

/// Runs the function once to learn the shapes of its results.
variant fused_variant(const expression_case& one, const case_data& data, const device& where, int threads,
                      precision how);

/// On one thread, as NumPy is.
variant naive_variant(const expression_case& one, const case_data& data, const device& where);

/// `like` gives types and shapes of the results.
variant hand_variant(const expression_case& one, const case_data& data, std::span<const array> like, int threads);

/// What `call` runs as, by what it launches on a device: "interpreter", "jit", "automatic" for some of each, empty where
/// nothing is counted.
std::string tier_of(const std::function<void()>& call, const device& where);

/// Bytes of memory that a call cannot avoid: each input element read once, each result element written once.
double ideal_bytes(const case_data& data, std::span<const array> results);

}  // namespace gpucompute::bench
