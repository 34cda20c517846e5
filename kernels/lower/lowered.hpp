// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <vector>

#include "kernels/graph/graph.hpp"
#include "kernels/lower/kernel.hpp"
#include "kernels/lower/terms.hpp"

namespace gpucompute::lower {

/// What decides the shape of a value: the shapes of these inputs and of the results of these reductions, broadcast.
struct space {
  std::vector<std::uint32_t> inputs;
  std::vector<std::uint32_t> reductions;
};

struct lowered_reduction {
  graph::reduction_axes axes;
  space over;  ///< of the reduced value, before reduction
  std::vector<dtype> fields;
  std::vector<std::uint64_t> identities;
  std::vector<term_id> lifted;
  program combine;
  int level = 0;  ///< 0: needs no other reduction; else one more than the highest level it needs
};

struct lowered_result {
  parts value;
  dtype type = float64;
  space over;
};

/// A program without complex values, composites and reduction rows; what make_plan needs besides shapes. Immutable.
struct lowered {
  term_table terms;
  std::vector<dtype> inputs;
  std::vector<lowered_reduction> reductions;  ///< none needs a later one
  std::vector<lowered_result> results;        ///< as graph::program::results
};

/// Expands the graph. Once a compiled function.
std::shared_ptr<const lowered> lower(const graph::program& program);

}  // namespace gpucompute::lower
