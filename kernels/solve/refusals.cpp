// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"
#include "kernels/solve/entry.hpp"
#include "kernels/solve/prepared.hpp"

namespace gpucompute::solving {

void refuse_non_finite(const char* function, const facts& found, const coefficients& a, std::int64_t system) {
  const auto [row, column] = found.first_non_finite;
  const dimensions index =
      index_of_entry(a.batch, system, a.transposed ? column : row, a.transposed ? row : column, false);
  throw non_finite(expectation(function, "a finite A",
                               "A" + in_brackets(index) + " = " + digits_of(entry_of(a.stored, row, column))),
                   index);
}

void refuse_singular(const char* function, const factored& made, const dimensions& batch, std::int64_t system) {
  const std::int64_t pivot = made.made->singular_at();
  const std::string row = std::to_string(pivot);
  const std::string where = of_system(batch, system);
  const std::string of_factors = where.empty() ? " of its factors" : " of the factors" + where;
  const std::string by = " (" + std::string(name(made.method)) + ")";
  const std::string text = [&] {
    switch (made.method) {
      case method::cholesky:
        return expectation(
            function, "a positive definite A",
            "one whose leading minor of order " + std::to_string(pivot + 1) + where + " is not positive" + by);
      case method::triangular:
      case method::diagonal:
        return expectation(function, "a regular A", "one with a zero on the diagonal in row " + row + where + by);
      case method::qr:
        return expectation(function, "A of full rank",
                           "one with a zero pivot in row " + row + of_factors + by +
                               ": for A of less rank there is method rank_revealing");
      default:
        return expectation(function, "a regular A",
                           "one with a zero pivot in row " + row + of_factors + by + ": it is singular, or is in " +
                               std::string(name(made.type)) + " arithmetic");
    }
  }();
  throw singular_matrix(text, pivot, system);
}

}  // namespace gpucompute::solving
