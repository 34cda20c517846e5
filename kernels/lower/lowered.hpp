// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <memory>
#include <span>
#include <vector>

#include "kernels/graph/graph.hpp"
#include "kernels/lower/kernel.hpp"
#include "kernels/lower/terms.hpp"

namespace gpucompute::lower {

/// What decides the shape of a value: the shapes of these inputs and of the results of these reductions and contractions,
/// broadcast.
struct space {
  std::vector<std::uint32_t> inputs;
  std::vector<std::uint32_t> reductions;
  std::vector<std::uint32_t> contractions;
  friend bool operator==(const space&, const space&) = default;
};

struct lowered_reduction {
  graph::reduction_axes axes;
  space over;  ///< of the reduced value, before reduction
  std::vector<dtype> fields;
  std::vector<std::uint64_t> identities;
  std::vector<term_id> lifted;
  program combine;
  int level = 0;  ///< 0: needs no reduction and no contraction; else one more than the highest level it needs
};

struct lowered_contraction {
  graph::contraction product = {};
  dtype type = float64;  ///< of both operands and of the result
  std::array<parts, 2> operands;
  std::array<space, 2> over;   ///< of the operands
  std::size_t reductions = 0;  ///< how many of the program's reductions it may need: the first ones
  int level = 0;               ///< as of reductions
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
  std::vector<lowered_reduction> reductions;      ///< none needs a later one
  std::vector<lowered_contraction> contractions;  ///< the same
  std::vector<lowered_result> results;            ///< as graph::program::results
};

/// The level of a stage that needs these terms.
int level_of(const lowered& program, std::span<const term_id> needed);

/// Expands the graph. Once a compiled function.
std::shared_ptr<const lowered> lower(const graph::program& program);

}  // namespace gpucompute::lower
