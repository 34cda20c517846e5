// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/cost.hpp"

#include <algorithm>

namespace gpucompute::solving {
namespace {

/// Real operations that the method's factorisation and solves take, LAPACK's count.
double flops(method which, const planned_for& size, const facts& found) {
  const auto n = static_cast<double>(std::min(size.rows, size.columns));
  const auto m = static_cast<double>(std::max(size.rows, size.columns));
  const auto k = static_cast<double>(size.right_hand_sides);
  const auto below = static_cast<double>(found.lower_bandwidth);
  const auto above = static_cast<double>(found.upper_bandwidth);
  const double real = [&] {
    switch (which) {
      case method::cholesky:
      case method::indefinite:
        return n * n * n / 3 + 2 * n * n * k;
      case method::triangular:
        return n * n * k;
      case method::diagonal:
        return n * k;
      case method::banded:
        return 2 * n * below * (below + above + 1) + 2 * n * (2 * below + above + 1) * k;
      case method::tridiagonal:
        return 8 * n + 6 * n * k;
      case method::qr:
      case method::rank_revealing:
        return 2 * n * n * (m - n / 3) + (4 * m * n - n * n) * k;
      default:
        return 2 * n * n * n / 3 + 2 * n * n * k;
    }
  }();
  return is_complex(size.type) ? 4 * real : real;
}

}  // namespace

std::vector<way> ways_for(const planned_for& size, const facts& found, const way& chosen) {
  constexpr method methods[] = {
#define GPUCOMPUTE_METHOD(name, words, routines) method::name,
#include <gpucompute/methods.def>
  };
  const bool square = size.rows == size.columns;
  const bool narrowable = square && component(size.type) == float64 && !size.given_up;
  const bool is_a_band = found.lower_bandwidth + found.upper_bandwidth + 1 < size.rows / 2;
  std::vector<way> all;
  for (const method each : methods) {
    const bool fits = square ? suits(each, found) && (each != method::banded || is_a_band)
                             : each == method::qr || each == method::rank_revealing;
    if (!fits) {
      continue;
    }
    all.push_back({each, size.type, chosen.threads});
    if (narrowable && (each == method::lu || each == method::cholesky)) {
      all.push_back({each, narrowed(size.type), chosen.threads});
    }
  }
  if (chosen.threads > 1) {
    all.push_back({chosen.method, chosen.factors, 1});
  }
  return all;
}

double predicted_seconds(const way& one, const planned_for& size, const facts& found, const cost_profile& profile) {
  const auto n = static_cast<double>(std::max<std::int64_t>(1, std::min(size.rows, size.columns)));
  const auto below = static_cast<double>(found.lower_bandwidth);
  // Where threads begin to pay they pay nothing, and in large matrices all of it: of two 1.2 at 1000, 1.5 at 1500, 1.7 at 3000
  // are predicted where 1.2, 1.6 and 1.8 were measured.
  const double team =
      1 + (one.threads - 1) * std::max(0.0, 1 - static_cast<double>(profile.least_order_for_threads) / n);
  const auto rate_in_blocks = [&](std::size_t narrow) {
    // A complex product is four real ones of the same numbers: blocks pay earlier.
    const double half_size = profile.half_size[narrow] / (is_complex(size.type) ? 3 : 1);
    return profile.factor_flops[narrow] * team * n / (n + half_size);
  };
  const std::size_t narrow = component(one.factors) == float32 ? 1 : 0;
  const double blocked = rate_in_blocks(narrow);
  const double by_columns = profile.column_flops * (narrow == 1 ? 2 : 1);  // the rate of memory, in half the bytes
  // Few long columns make no blocks, and do not miss them: 1000 x 20 takes 0.2 ms, where blocks of 20 would take 0.37.
  const auto m = static_cast<double>(std::max(size.rows, size.columns));
  const double orthogonal = std::max(blocked, by_columns * m / (m + 64));
  const double work = flops(one.method, size, found);
  const double computing = [&] {
    switch (one.method) {
      case method::qr:
        return work / orthogonal;
      case method::rank_revealing:  // half of it chooses columns, of few ones no faster than blocks of them
        return work / 2 / orthogonal + work / 2 / std::min(by_columns, blocked);
      case method::indefinite:  // half the work of LU
        return work / ((profile.indefinite_is_faster ? 0.75 : 0.45) * blocked);
      case method::banded:  // blocks as wide as the band
        return work / (profile.factor_flops[narrow] * (1 + below) / (150 + below));
      case method::triangular:
      case method::tridiagonal:
      case method::diagonal:
        return work / by_columns;
      default:
        return work / blocked;
    }
  }();
  const double elements = static_cast<double>(size.rows) * static_cast<double>(size.columns);
  const double passes = profile.call_seconds +
                        static_cast<double>(std::max(size.rows, size.columns)) * profile.row_seconds +
                        elements * static_cast<double>(size_of(size.type)) / profile.pass_bytes;
  // The first right-hand side costs a pass, the others no memory.
  const double residual = (is_complex(size.type) ? 8 : 2) * elements *
                          static_cast<double>(std::max<std::int64_t>(1, size.right_hand_sides) - 1) /
                          rate_in_blocks(component(size.type) == float32 ? 1 : 0);
  const bool refined = one.factors != size.type;
  return computing + (refined ? 1.7 : 1) * passes + (refined ? 3 : 1) * residual;
}

}  // namespace gpucompute::solving
