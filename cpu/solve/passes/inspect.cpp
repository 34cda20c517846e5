// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/inspect.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <utility>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/passes/survey.hpp"
#include "cpu/solve/passes/views.hpp"

namespace gpucompute::cpu {
namespace {

using passes::element_at;
using passes::surveyor;
using solving::facts;
using solving::inspection;
using solving::matrix_view;

/// The first in the order of columns, each downwards; of the rows' order where `by_rows`. {-1, -1}: all are finite.
std::array<std::int64_t, 2> find_non_finite(const surveyor& of, bool by_rows) {
  const matrix_view& a = of.matrix();
  std::array<std::int64_t, 2> best = {-1, -1};
  std::int64_t rows = a.rows;  // only those above what was found are looked at
  for (std::int64_t j = 0; j < a.columns && rows > 0; ++j) {
    std::int64_t found = -1;
    for (std::int64_t i = 0; i < rows && found < 0; i += surveyor::scratch_rows) {
      found = of.first_non_finite(i, std::min(rows, i + surveyor::scratch_rows), j);
    }
    if (found < 0) continue;
    best = {found, j};
    if (!by_rows) return best;
    rows = found;
  }
  return best;
}

bool positive_diagonal(const surveyor& of) {
  for (std::int64_t i = 0; i < of.matrix().rows; ++i) {
    const auto [re, im] = of.value(i, i);
    if (!(re > 0) || im != 0) return false;
  }
  return true;
}

/// Exactly, within the bands; both triangles are read tile by tile and compared.
void look_for_symmetry(const surveyor& of, int threads, facts& found) {
  const matrix_view& a = of.matrix();
  const std::int64_t n = a.rows;
  found.symmetric = found.hermitian = n == a.columns && found.lower_bandwidth == found.upper_bandwidth;
  for (const std::int64_t i : {n - 1, std::int64_t{1}, n / 2}) {  // tells most general matrices at once
    const std::int64_t j = i == n / 2 ? n / 3 : 0;
    if (found.symmetric && i < n) of.compare(i, i + 1, j, j + 1, found.symmetric, found.hermitian);
  }
  if (!found.symmetric && !found.hermitian) return;

  constexpr std::int64_t tile = surveyor::tile;
  const std::int64_t strips = (n + tile - 1) / tile;
  const std::int64_t reach = found.lower_bandwidth;
  std::atomic<bool> symmetric = found.symmetric;
  std::atomic<bool> hermitian = found.hermitian;
  const double bytes = static_cast<double>(n) * static_cast<double>(std::min(n, 2 * reach + 1)) *
                       static_cast<double>(size_of(of.type()));
  parallel_ranges(sharing_worth(passes::pass_nanoseconds(bytes), threads), strips, 1,
                  [&](std::int64_t begin, std::int64_t end) {
                    bool same = true;
                    bool conjugate = true;
                    for (std::int64_t left = begin * tile; left < std::min(n, end * tile); left += tile) {
                      const std::int64_t right = std::min(n, left + tile);
                      for (std::int64_t top = left; top < n && top < right + reach; top += tile) {
                        of.compare(top, std::min(n, top + tile), left, right, same, conjugate);
                        if (!same) symmetric = false;
                        if (!conjugate) hermitian = false;
                        if (!symmetric && !hermitian) return;
                      }
                    }
                  });
  found.symmetric = symmetric;
  found.hermitian = hermitian;
}

/// `a`, whose columns are the better direction to go.
facts inspect_columns(const matrix_view& a, const inspection& how) {
  facts found;
  if (a.rows == 0 || a.columns == 0) {
    found.symmetric = found.hermitian = found.positive_diagonal = how.structure && a.rows == a.columns;
    return found;
  }
  const surveyor of(a);
  passes::survey_request request{.copy = how.copy, .bands = how.structure, .threads = how.threads};
  passes::survey seen = of.run(request);
  if (!seen.finite_sums || seen.largest < passes::least_safe) {
    // Squares of complex numbers overflow and underflow long before their moduli do.
    const auto bad = seen.finite_sums ? std::array<std::int64_t, 2>{-1, -1} : find_non_finite(of, how.c_order);
    if (bad[0] >= 0) {
      found.finite = false;
      found.first_non_finite = bad;
      return found;
    }
    if (of.type() == complex128) {
      request.copy = {};
      request.bands = false;
      request.scale = seen.finite_sums ? 0x1p700 : 0x1p-700;
      const passes::survey again = of.run(request);
      seen.largest = std::min(again.largest / request.scale, std::numeric_limits<double>::max());
      seen.row_sum = again.row_sum / request.scale;
      seen.column_sum = again.column_sum / request.scale;
    }
  }
  found.norm_max = seen.largest;
  found.norm_one = seen.column_sum;
  found.norm_inf = seen.row_sum;
  if (!how.structure) return found;
  found.lower_bandwidth = seen.lower;
  found.upper_bandwidth = seen.upper;
  look_for_symmetry(of, how.threads, found);
  found.positive_diagonal = a.rows == a.columns && positive_diagonal(of);
  return found;
}

}  // namespace

facts inspect(const matrix_view& a, const inspection& how) {
  const bool along_rows = a.rows > 1 && a.columns > 1 && std::abs(a.row_stride) > std::abs(a.column_stride);
  facts found;
  if (along_rows) {
    inspection other = how;
    other.c_order = !how.c_order;
    other.copy = {};
    found = inspect_columns(solving::transposed(a), other);
    std::swap(found.first_non_finite[0], found.first_non_finite[1]);
    std::swap(found.norm_one, found.norm_inf);
    std::swap(found.lower_bandwidth, found.upper_bandwidth);
    if (how.copy.data != nullptr && found.finite) copy(a, false, 1, how.copy, how.threads);
  } else {
    found = inspect_columns(a, how);
  }
  if (!how.structure && found.finite) {
    found.lower_bandwidth = std::max<std::int64_t>(a.rows - 1, 0);
    found.upper_bandwidth = std::max<std::int64_t>(a.columns - 1, 0);
  }
  return found;
}

}  // namespace gpucompute::cpu
