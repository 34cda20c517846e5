// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <gpucompute/solve.hpp>

#include "kernels/solve/problem.hpp"

namespace gpucompute::solving {

/// Why a plan is as it is; `words` says it.
enum class reason : std::uint8_t {
  asked_for,
  promised,
  not_square,
  entries_on_the_diagonal_only,
  zeros_below,
  zeros_above,
  three_diagonals,
  narrow_band,
  symmetric_with_positive_diagonal,
  symmetric_and_faster,
  symmetric_but_lu_is_faster,
  nothing_found,
  small,
  given_up,
  rank_wanted,
};
std::string_view words(reason why);

std::string_view words(method which);

struct plan {
  gpucompute::structure structure = gpucompute::structure::general;  ///< of the stored matrix
  gpucompute::method method = gpucompute::method::lu;
  reason why = reason::nothing_found;
  dtype factors = float64;
  triangle part = triangle::lower;
  bool hermitian = true;
  int threads = 1;
};

/// What a plan depends on besides what is found in A.
struct planned_for {
  std::int64_t rows = 0, columns = 0;  ///< of the stored matrix
  dtype type = float64;
  std::int64_t right_hand_sides = 1;
  bool given_up = false;  ///< A cannot be read again, so that float32 factors could not be refined
};

/// "1 diagonal below and 0 above the main one", of the transpose of what was looked at where `transposed`.
std::string diagonals_text(const facts& found, bool transposed);

/// Whether a method can solve a square matrix with these facts at all.
bool suits(method which, const facts& found);

/// Whether anything about A's structure has to be known for a plan.
bool looks_at_structure(const solve_options& options, const planned_for& size);

/// For a method's work and the proof: one where it is little, as where triangles and bands are read for few right-hand sides.
int threads_of(method which, const solve_options& options, const planned_for& size, const solver& with);

/// For passes over the matrix, given what its solve may use.
int threads_of_pass(const solve_options& options, const planned_for& size, const solver& with);

/// float32, or complex64 of complex numbers.
dtype narrowed(dtype type);
/// Why factors that could be made in float32 are not; empty where they are.
std::string why_not_narrow(const solve_options& options, const planned_for& size, const cost_profile& profile);
/// Why they are not where that is empty: only a look at A tells.
inline constexpr const char* too_far_for_narrow = "numbers out of the range that is safe in float32";
/// Type of the factors that a dense method will have: known before A is looked at, since the look makes the copy.
dtype factor_type(const solve_options& options, const planned_for& size, const cost_profile& profile);

/// `a` and `system` are for messages. @throw invalid_argument for a promise that A breaks or a method that does not fit A,
/// singular_matrix for Cholesky of an A whose diagonal is not positive
plan make_plan(const char* function, const solve_options& options, const planned_for& size, const facts& found,
               const coefficients& a, std::int64_t system, solver& with);

}  // namespace gpucompute::solving
