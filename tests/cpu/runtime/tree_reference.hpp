// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <vector>

#include "kernels/lower/kernel.hpp"
#include "kernels/reduce/tree.hpp"

namespace gpucompute::cpu::testing {

/// The order of kernels/reduce/tree.hpp, word for word, one element at a time.
template <typename State>
State reduce_by_tree(const std::vector<State>& lifted, const State& identity, lower::schedule schedule,
                     const std::function<State(const State&, const State&)>& combine) {
  std::vector<State> partials;
  for (std::size_t first = 0; first < lifted.size(); first += reduce::leaf_length) {
    const std::size_t last = std::min<std::size_t>(first + reduce::leaf_length, lifted.size());
    if (schedule == lower::schedule::reduce_outer) {
      State state = identity;
      for (std::size_t i = first; i < last; ++i) {
        state = combine(state, lifted[i]);
      }
      partials.push_back(state);
      continue;
    }
    std::vector<State> lane(reduce::lanes, identity);
    for (std::size_t i = first; i < last; ++i) {
      lane[i % reduce::lanes] = combine(lane[i % reduce::lanes], lifted[i]);
    }
    for (std::size_t h = reduce::lanes / 2; h >= 1; h /= 2) {
      for (std::size_t j = 0; j < h; ++j) {
        lane[j] = combine(lane[j], lane[j + h]);
      }
    }
    partials.push_back(lane[0]);
  }
  if (partials.empty()) {
    return identity;
  }
  while (partials.size() > 1) {
    std::vector<State> next;
    for (std::size_t j = 0; j + 1 < partials.size(); j += 2) {
      next.push_back(combine(partials[j], partials[j + 1]));
    }
    if (partials.size() % 2 != 0) {
      next.push_back(partials.back());
    }
    partials = next;
  }
  return partials[0];
}

}  // namespace gpucompute::cpu::testing
