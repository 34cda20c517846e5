// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/joined.hpp"

#include <vector>

namespace gpucompute::solving {
namespace {

/// Right-hand sides of one: factoring is little beside so many, and threads, and lanes of registers, still share them.
constexpr std::int64_t together = 64;

}  // namespace

bool joined_systems::is_less() const { return all_.a_system == 0 && all_.right_hand_sides > 0 && count() < all_.count; }

std::int64_t joined_systems::count() const {
  return all_.right_hand_sides * (all_.count / together + (all_.count % together > 0 ? 1 : 0));
}

int joined_systems::solve(solver& with, small_outcome* outcomes, double* errors) const {
  const std::int64_t columns = all_.right_hand_sides;
  const std::int64_t whole = all_.count / together;
  const std::int64_t rest = all_.count % together;
  std::vector<double> apart(static_cast<std::size_t>(columns == 1 ? 0 : all_.count));
  int threads = 1;
  for (std::int64_t c = 0; c < columns; ++c) {
    double* const of_column = columns == 1 ? errors : apart.data();
    if (whole > 0) {
      threads = with.solve_small(part(c, 0, whole, together), outcomes, of_column);
      outcomes += whole;
    }
    if (rest > 0) {
      const std::int64_t done = whole * together;
      with.solve_small(part(c, done, 1, rest), outcomes, of_column + done);
      ++outcomes;
    }
    for (std::size_t i = 0; i < apart.size(); ++i) {
      errors[static_cast<std::int64_t>(i) * columns + c] = apart[i];
    }
  }
  return threads;
}

small_systems joined_systems::part(std::int64_t column, std::int64_t first, std::int64_t systems,
                                   std::int64_t sides) const {
  small_systems some = all_;
  some.count = systems;
  some.right_hand_sides = sides;
  some.b = static_cast<const char*>(all_.b) + column * all_.b_column + first * all_.b_system;
  some.b_system = sides * all_.b_system;
  some.b_column = all_.b_system;
  some.x = static_cast<char*>(all_.x) + column * all_.x_column + first * all_.x_system;
  some.x_system = sides * all_.x_system;
  some.x_column = all_.x_system;
  return some;
}

}  // namespace gpucompute::solving
