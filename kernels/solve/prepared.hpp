// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernels/solve/plan.hpp"
#include "kernels/solve/problem.hpp"
#include "kernels/solve/range.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::solving {

/// A block with the memory behind it.
struct owned_block {
  block elements;
  std::shared_ptr<void> memory;
};
/// Not initialised. @throw out_of_memory
owned_block make_block(solver& with, dtype type, std::int64_t rows, std::int64_t columns);
/// Parts of one, in its memory.
block columns_of(const block& b, std::int64_t first, std::int64_t count);
block rows_of(block b, std::int64_t rows);
/// 2^exponent * from. @throw out_of_memory
owned_block scaled_copy(solver& with, const matrix_view& from, dtype type, int exponent, int threads);

/// Seconds of the parts of a solve, of which none is part of another.
struct timings {
  double inspect = 0, factor = 0, solve = 0, verify = 0;
  double condition = 0;  ///< LAPACK's estimates

  timings& operator+=(const timings& other);
};

/// F as it was factored: itself, or scaled by powers of two.
struct factored {
  std::shared_ptr<const factors> made;
  gpucompute::method method = gpucompute::method::lu;
  dtype type = float64;
  std::optional<balance> scaled;  ///< rows and columns, where it was equilibrated
  int exponent = 0;               ///< of 2^exponent * F
};

/// F inspected, planned and factored: all that does not depend on a right-hand side.
struct prepared {
  solver* with = nullptr;
  planned_for size;
  /// What residuals are computed from: the caller's F, a copy of it, or 2^exponent * F, which may have lost small elements, as
  /// residuals may and factors may not. Data null where it was given up.
  matrix_view source;
  std::shared_ptr<void> copy;  ///< behind `source` where it is not the caller's
  bool transposed = false;     ///< F = A^T
  int exponent = 0;
  facts found;  ///< in `source`
  plan chosen;
  factored current;
  /// What the rank_tolerance that the caller asked for let go, as a share of A: about its norm, whichever, by A's.
  double let_go = 0;
  double probed = 0;                 ///< of a given up F: relative error of the factors, from one random vector
  std::vector<solve_attempt> tried;  ///< ways that were given up while preparing
  timings seconds;

  /// The 1-norm of A times the scale of these factors, as it is found in F. What rank is in
  /// doubt does not depend on how A lies in memory.
  matrix_norm norm_of_a(const factored& by) const {
    return {std::ldexp(transposed ? found.norm_inf : found.norm_one, by.exponent - exponent), transposed};
  }
};

/// Whether the memory of the caller's F outlives the call, or a copy for later residuals is wanted.
enum class keep : std::uint8_t { borrowed, copied };

/// @throw non_finite for the entry that was found in `a.stored`, of system number `system` of A
[[noreturn]] void refuse_non_finite(const char* function, const facts& found, const coefficients& a,
                                    std::int64_t system);

/// @throw singular_matrix that names the pivot, and the system of a batch
[[noreturn]] void refuse_singular(const char* function, const factored& made, const dimensions& batch,
                                  std::int64_t system);

/// F of a call as it is planned for: given up only where LAPACK can take it as it lies.
planned_for size_of_problem(const coefficients& a, dtype type, std::int64_t right_hand_sides);

/// `system`: which of A's batch, for messages. A singular F is no error here: see factors::singular_at.
/// @throw invalid_argument, non_finite, out_of_memory, runtime_failure
prepared prepare(const char* function, const coefficients& a, std::int64_t system, dtype type,
                 std::int64_t right_hand_sides, const solve_options& options, solver& with, keep how);

/// Whether nothing left the range while factors of a square F as it is were made, or leaves it where they are used.
bool are_sound(const prepared& a);

/// Factors F in another way, from `source`, for an escalation.
factored factor_again(const prepared& from, method which, dtype type, bool equilibrated);

}  // namespace gpucompute::solving
