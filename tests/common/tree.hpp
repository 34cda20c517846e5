// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <span>
#include <vector>

#include "kernels/lower/kernel.hpp"
#include "kernels/reduce/tree.hpp"

// The order of kernels/reduce/tree.hpp, word for word, one element at a time. `combine` takes the left state and the right.

namespace gpucompute::testing {

/// One leaf: at most reduce::leaf_length lifted states.
template <typename State, typename Combine>
State reduce_leaf(std::span<const State> lifted, const State& identity, lower::schedule schedule, Combine combine) {
  const std::size_t lanes = schedule == lower::schedule::reduce_inner ? reduce::lanes : 1;
  std::vector<State> lane(lanes, identity);
  for (std::size_t i = 0; i < lifted.size(); ++i) {
    lane[i % lanes] = combine(lane[i % lanes], lifted[i]);
  }
  for (std::size_t half = lanes / 2; half > 0; half /= 2) {
    for (std::size_t j = 0; j < half; ++j) {
      lane[j] = combine(lane[j], lane[j + half]);
    }
  }
  return lane[0];
}

template <typename State, typename Combine>
State reduce_by_tree(std::span<const State> lifted, const State& identity, lower::schedule schedule, Combine combine) {
  std::vector<State> partials;
  for (std::size_t first = 0; first < lifted.size(); first += reduce::leaf_length) {
    const std::size_t length = std::min<std::size_t>(reduce::leaf_length, lifted.size() - first);
    partials.push_back(reduce_leaf(lifted.subspan(first, length), identity, schedule, combine));
  }
  while (partials.size() > 1) {
    std::vector<State> next;
    for (std::size_t j = 0; j < partials.size(); j += 2) {
      next.push_back(j + 1 < partials.size() ? combine(partials[j], partials[j + 1]) : partials[j]);
    }
    partials = std::move(next);
  }
  return partials.empty() ? identity : partials[0];
}

}  // namespace gpucompute::testing
