// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/plan.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>

#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"
#include "kernels/solve/entry.hpp"

namespace gpucompute::solving {
namespace {

// A band at most this share of the matrix is solved as one: LAPACK's banded LU runs at a fraction of the dense one's rate.
constexpr double widest_band = 0.1;

// Each right-hand side is refined: beyond one for so many rows that takes what narrow factors save. With 20 on two threads they
// lose 1.6 at order 200, 1.1 at 500 and 1.3 at 2000, and win 1.6 with one.
constexpr std::int64_t rows_a_refined_side = 200;

struct choice {
  gpucompute::structure structure;
  gpucompute::method method;
  reason why;
};

choice look(const planned_for& size, const facts& found, const cost_profile& profile) {
  const std::int64_t below = found.lower_bandwidth;
  const std::int64_t above = found.upper_bandwidth;
  const double band = static_cast<double>(below + above + 1) / static_cast<double>(size.rows);
  if (below == 0 && above == 0) {
    return {structure::diagonal, method::diagonal, reason::entries_on_the_diagonal_only};
  }
  if (below <= 1 && above <= 1 && size.rows > 3) {
    return {structure::tridiagonal, method::tridiagonal, reason::three_diagonals};
  }
  if (below == 0) {
    return {structure::upper, method::triangular, reason::zeros_below};
  }
  if (above == 0) {
    return {structure::lower, method::triangular, reason::zeros_above};
  }
  if (band <= widest_band) {
    return {structure::banded, method::banded, reason::narrow_band};
  }
  if (found.hermitian && found.positive_diagonal) {
    return {structure::positive_definite, method::cholesky, reason::symmetric_with_positive_diagonal};
  }
  if (found.symmetric || found.hermitian) {
    return profile.indefinite_is_faster ? choice{structure::symmetric, method::indefinite, reason::symmetric_and_faster}
                                        : choice{structure::symmetric, method::lu, reason::symmetric_but_lu_is_faster};
  }
  return {structure::general, method::lu, reason::nothing_found};
}

/// The way for a structure that the caller vouches for and A has.
choice promised(structure promise, const facts& found, const cost_profile& profile) {
  switch (promise) {
    case structure::symmetric:
      if (found.hermitian && found.positive_diagonal) {
        return {promise, method::cholesky, reason::symmetric_with_positive_diagonal};
      }
      return {promise, profile.indefinite_is_faster ? method::indefinite : method::lu,
              profile.indefinite_is_faster ? reason::symmetric_and_faster : reason::symmetric_but_lu_is_faster};
    case structure::positive_definite:
      return {promise, method::cholesky, reason::promised};
    case structure::upper:
    case structure::lower:
      return {promise, method::triangular, reason::promised};
    case structure::banded:
      return {promise, method::banded, reason::promised};
    case structure::tridiagonal:
      return {promise, method::tridiagonal, reason::promised};
    case structure::diagonal:
      return {promise, method::diagonal, reason::promised};
    default:
      return {structure::general, method::lu, reason::promised};
  }
}

bool holds(structure promise, const facts& found, bool is_complex_type) {
  switch (promise) {
    case structure::symmetric:
      return is_complex_type ? found.hermitian : found.symmetric;
    case structure::positive_definite:
      return found.hermitian && found.positive_diagonal;
    case structure::upper:
      return found.lower_bandwidth == 0;
    case structure::lower:
      return found.upper_bandwidth == 0;
    case structure::tridiagonal:
      return found.lower_bandwidth <= 1 && found.upper_bandwidth <= 1;
    case structure::diagonal:
      return found.lower_bandwidth == 0 && found.upper_bandwidth == 0;
    default:
      return true;
  }
}

structure mirrored(structure promise) {
  return promise == structure::upper ? structure::lower : promise == structure::lower ? structure::upper : promise;
}
/// Cholesky of an A whose diagonal alone shows that it is not positive definite.
[[noreturn]] void refuse_diagonal(const char* function, const coefficients& a, std::int64_t system) {
  std::int64_t at = 0;
  while (at + 1 < a.stored.rows && entry_of(a.stored, at, at).real() > 0) {
    ++at;
  }
  throw singular_matrix(expectation(function, "a positive definite A",
                                    broken_promise(structure::positive_definite, a, system) + " (cholesky)"),
                        at, system);
}

/// "A that is upper"
std::string promise_text(structure promise, dtype type) {
  const bool is_hermitian = promise == structure::symmetric && is_complex(type);
  return "A that is " + (is_hermitian ? "Hermitian" : std::string(name(promise)));
}

reason mirrored(reason why) {
  return why == reason::zeros_above ? reason::zeros_below : why == reason::zeros_below ? reason::zeros_above : why;
}

}  // namespace

bool suits(method which, const facts& found) {
  switch (which) {
    case method::cholesky:
      return holds(structure::positive_definite, found, true);
    case method::indefinite:
      return found.symmetric || found.hermitian;
    case method::triangular:
      return found.lower_bandwidth == 0 || found.upper_bandwidth == 0;
    case method::tridiagonal:
      return holds(structure::tridiagonal, found, true);
    case method::diagonal:
      return holds(structure::diagonal, found, true);
    default:
      return true;
  }
}

std::string_view words(reason why) {
  constexpr std::string_view texts[] = {
      "asked for",
      "the caller vouches for the structure",
      "A is not square",
      "only the diagonal holds numbers",
      "zeros below the diagonal",
      "zeros above the diagonal",
      "only three diagonals hold numbers",
      "a narrow band around the diagonal holds all numbers",
      "exactly symmetric (complex: Hermitian) with a positive diagonal, so perhaps positive definite",
      "exactly symmetric, and LDL is faster here than LU",
      "exactly symmetric, but LU is faster here than LDL",
      "no structure that would save work",
      "so small that LU without a library is fastest",
      "A is given up, so that there is no second try: the method that cannot fail",
      "a rank_tolerance is given, so the rank is to be found"};
  return texts[static_cast<std::size_t>(why)];
}

std::string_view words(method which) {
  constexpr std::string_view texts[] = {
      "automatic",
#define GPUCOMPUTE_METHOD(name, words, routines) words,
#include <gpucompute/methods.def>
  };
  return texts[static_cast<std::size_t>(which)];
}

std::string diagonals_text(const facts& found, bool transposed) {
  const auto [below, above] = transposed ? std::pair(found.upper_bandwidth, found.lower_bandwidth)
                                         : std::pair(found.lower_bandwidth, found.upper_bandwidth);
  return counted(below, "diagonal") + " below and " + std::to_string(above) + " above the main one";
}

bool looks_at_structure(const solve_options& options, const planned_for& size) {
  const bool is_promised = options.assume != structure::any && options.assume != structure::general;
  const bool method_asks =
      options.method == method::automatic
          ? options.assume != structure::general
          : options.method != method::lu && options.method != method::qr && options.method != method::rank_revealing;
  return size.rows == size.columns && size.rows > 0 && (is_promised || method_asks);
}

dtype narrowed(dtype type) { return is_complex(type) ? complex64 : float32; }

std::string why_not_narrow(const solve_options& options, const planned_for& size, const cost_profile& profile) {
  if (options.factors == factor_precision::float32) {
    return "";
  }
  if (options.factors == factor_precision::same) {
    return "the factors are to have A's precision";
  }
  if (profile.mixed_from == 0 || (options.method != method::automatic && options.method != method::lu)) {
    return "only where float32 is asked for";
  }
  if (size.rows < profile.mixed_from) {
    return "by default from order " + std::to_string(profile.mixed_from) + " on";
  }
  if (size.right_hand_sides * rows_a_refined_side > size.rows) {
    return "by default for at most one right-hand side in " + std::to_string(rows_a_refined_side) + " rows";
  }
  return "";
}

dtype factor_type(const solve_options& options, const planned_for& size, const cost_profile& profile) {
  const bool narrowable = component(size.type) == float64 && size.rows == size.columns && !size.given_up;
  return narrowable && why_not_narrow(options, size, profile).empty() ? narrowed(size.type) : size.type;
}

plan make_plan(const char* function, const solve_options& options, const planned_for& size, const facts& found,
               const coefficients& a, std::int64_t system, solver& with) {
  const cost_profile profile = with.profile();
  const bool square = size.rows == size.columns;
  // What is upper for the caller is lower in the transpose of it.
  const structure promise = a.transposed ? mirrored(options.assume) : options.assume;
  if (square && size.rows > 0 && !holds(promise, found, is_complex(size.type))) {
    throw invalid_argument(
        expectation(function, promise_text(options.assume, size.type), broken_promise(options.assume, a, system)));
  }
  choice made = {structure::general, method::qr, reason::not_square};
  if (square) {
    made = promise == structure::any ? look(size, found, profile) : promised(promise, found, profile);
  }
  if (size.given_up && made.method == method::cholesky && made.why != reason::promised) {
    made.method = method::lu;
    made.why = reason::given_up;
  }
  if (size.given_up && !square) {
    made.method = method::rank_revealing;
    made.why = reason::given_up;
  }
  if (options.rank_tolerance) {
    made.method = method::rank_revealing;
    made.why = reason::rank_wanted;
  }
  if (options.method != method::automatic) {
    made.method = options.method;
    made.why = reason::asked_for;
    if (options.method == method::cholesky && found.hermitian && !found.positive_diagonal) {
      refuse_diagonal(function, a, system);
    }
    if (square && size.rows > 0 && !suits(options.method, found)) {
      const std::string symmetry = found.hermitian || found.symmetric ? ", symmetric" : ", not symmetric";
      throw invalid_argument(expectation(function, "A that suits method " + std::string(name(options.method)),
                                         "one of another structure (" + diagonals_text(found, a.transposed) + symmetry +
                                             ")" + of_system(a.batch, system)));
    }
  }
  plan result;
  result.structure = a.transposed ? mirrored(made.structure) : made.structure;
  result.method = made.method;
  result.why = a.transposed ? mirrored(made.why) : made.why;
  result.part = made.method == method::triangular && found.lower_bandwidth == 0 ? triangle::upper : triangle::lower;
  result.hermitian = found.hermitian;
  const bool dense = made.method == method::lu || made.method == method::cholesky;
  result.factors = dense ? factor_type(options, size, profile) : size.type;
  result.threads = threads_of(made.method, options, size, with);
  return result;
}

int threads_of(method which, const solve_options& options, const planned_for& size, const solver& with) {
  // Threads that work for less than milliseconds wait longer for each other, on a busy machine for several of them.
  const std::int64_t order = std::min(size.rows, size.columns);
  const std::int64_t least = with.profile().least_order_for_threads;
  if (order < least) {
    return 1;
  }
  const bool reads_only = which == method::triangular || which == method::banded || which == method::tridiagonal ||
                          which == method::diagonal;
  const double sides = static_cast<double>(size.right_hand_sides);
  if (reads_only && sides * std::pow(order, 2) < std::pow(least, 3) / 3) {
    return threads_of_pass(options, size, with);
  }
  const int most = with.most_threads();
  return options.threads > 0 ? std::min(options.threads, most) : most;
}

int threads_of_pass(const solve_options& options, const planned_for& size, const solver& with) {
  // A team that has just worked still spins for a while, and takes the processors from a library that has threads of its own:
  // only a pass that is long against that is shared.
  constexpr double least_shared = 128 * 1024 * 1024;
  if (static_cast<double>(size.rows) * static_cast<double>(size.columns) * static_cast<double>(size_of(size.type)) <
      least_shared) {
    return 1;
  }
  const int most = with.most_threads();
  return options.threads > 0 ? std::min(options.threads, most) : most;
}

}  // namespace gpucompute::solving
