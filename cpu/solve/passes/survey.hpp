// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <mutex>
#include <utility>
#include <vector>

#include "cpu/solve/passes/table.hpp"
#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::passes {

/// Below this the squares of a complex number's parts lose digits that its modulus has.
inline constexpr double least_safe = 0x1p-400;

struct survey_request {
  solving::block copy = {};
  bool bands = true;
  double scale = 1;  ///< the norms are of scale * A; for complex128
  int threads = 1;
};
struct survey {
  bool finite_sums = true;  ///< then all elements are finite
  double largest = 0, row_sum = 0, column_sum = 0;
  std::int64_t lower = 0, upper = 0;  ///< bandwidths
};

/// One matrix with at least one element, read column by column in the type that it is solved in.
class surveyor {
 public:
  /// Rows that one look may span, and both sides of a tile that compare() takes.
  static constexpr std::int64_t scratch_rows = 256;
  static constexpr std::int64_t tile = 64;

  explicit surveyor(const solving::matrix_view& a);
  const solving::matrix_view& matrix() const { return a_; }
  /// float64 for integers.
  dtype type() const { return type_; }

  survey run(const survey_request& request) const;
  /// Row of the first element of rows [begin, end) of a column that is infinite or NaN; -1 where none is.
  std::int64_t first_non_finite(std::int64_t begin, std::int64_t end, std::int64_t column) const;
  std::pair<double, double> value(std::int64_t i, std::int64_t j) const;
  /// Clears what the tile and its mirror image do not have.
  void compare(std::int64_t top, std::int64_t bottom, std::int64_t left, std::int64_t right, bool& symmetric,
               bool& hermitian) const;

 private:
  struct totals;
  struct region {
    std::int64_t top, bottom, left, right;
  };
  void run_region(const survey_request& request, const region& part, totals& all) const;
  void widen_bands(const columns& from, const region& part, survey& mine) const;
  convert_function convert_to(dtype type) const;

  solving::matrix_view a_;
  dtype type_;
  bool direct_;  ///< columns are contiguous, aligned and of type_
  const table& table_;
};

}  // namespace gpucompute::cpu::passes
