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
/// - shared: several groups use it, and what all but one of them compute again is at least `shared_cost_per_byte` for
///   each byte of it. Of the groups that come after, only as many count as the term costs: in a chain of statements
///   those further on have a nearer value to start from, and storing every sqrt(2t)-th is best where storing costs t.
/// - small: it has at most a quarter of the elements of a space that uses it and costs a division or more.
/// Both only where what is saved is at least `least_saving`. Costs are those of ops.def, without what is stored anyway.
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
  void find_kinds();
  void find_users(std::span<const root_group> groups);
  double cost(term_id id) const;
  void choose_shared();
  void choose_small(const root_group& group);

  const lowered& program_;
  std::vector<dimensions> shapes_;
  std::vector<std::uint32_t> shape_of_;  ///< of each term, in shapes_
  std::vector<bool> positioned_;         ///< holds a position: has another value in each reduction
  std::vector<bool> heavy_;              ///< holds a division or a function
  std::vector<std::uint32_t> users_;     ///< how many groups each term is part of
  std::vector<bool> frontier_;           ///< some group uses it for itself, not for a term that all its groups use
  std::vector<bool> chosen_;
};

}  // namespace gpucompute::lower
