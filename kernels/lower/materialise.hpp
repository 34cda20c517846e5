// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <vector>

#include "kernels/lower/shapes.hpp"

namespace gpucompute::lower {

/// Terms that one launch computes: its roots over its iteration space.
struct root_group {
  dimensions space;
  std::vector<term_id> roots;
};

/// Which terms are computed once into scratch instead of again in every kernel that uses them. Everything is recomputed
/// but a term that repays a launch and its memory traffic:
/// - small: it has at most a quarter of the elements of a space that uses it and costs a division or more;
/// - shared: two groups or more use it, and it costs at least `shared_cost_per_byte` for each byte of it.
/// Both only where what is saved is at least `least_saving`. Costs are those of ops.def.
class materialisation {
 public:
  static constexpr double small_cost = 3;
  static constexpr double shared_cost_per_byte = 4;
  static constexpr double least_saving = 8192;

  materialisation(const lowered& program, std::span<const layout> inputs, const program_shapes& shapes,
                  std::span<const root_group> groups);

  bool chosen(term_id id) const { return chosen_[id]; }
  const dimensions& shape(term_id id) const { return shapes_[shape_of_[id]]; }

 private:
  void find_shapes(std::span<const layout> inputs, const program_shapes& shapes);
  std::uint32_t add_shape(const dimensions& shape);
  void find_heavy();
  double cost(term_id id);
  void choose(const root_group& group, const std::vector<std::uint8_t>& users);

  const lowered& program_;
  std::vector<dimensions> shapes_;
  std::vector<std::uint32_t> shape_of_;  ///< of each term, in shapes_
  std::vector<bool> heavy_;              ///< holds a division or a function, and no position
  std::vector<double> cost_;             ///< of each term when computed alone; negative: not known yet
  std::vector<bool> chosen_;
};

}  // namespace gpucompute::lower
