// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/naive/factorize.hpp"

#include "cpu/solve/naive/indefinite.hpp"
#include "cpu/solve/naive/least_squares.hpp"
#include "cpu/solve/naive/matrix.hpp"
#include "cpu/solve/naive/pivoted_lu.hpp"
#include "cpu/solve/naive/triangles.hpp"
#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu::naive {
namespace {

template <typename T>
storage<T> completed(const solving::factor_request& request, bool hermitian) {
  storage<T> a = taken<T>(request);
  complete(a.values, request.part == solving::triangle::lower, hermitian);
  return a;
}

template <typename T>
std::shared_ptr<const solving::factors> factors_of(const solving::factor_request& request) {
  const index widest = std::max<index>(0, request.source.rows - 1);
  const auto banded = [&](index lower, index upper) {
    lower = std::min(lower, widest);
    upper = std::min(upper, widest);
    return std::make_shared<pivoted_lu<T>>(band<T>(request.source, lower, upper), lower, upper);
  };
  switch (request.method) {
    case method::lu:
      return std::make_shared<pivoted_lu<T>>(taken<T>(request), widest, widest);
    case method::cholesky:
      return std::make_shared<cholesky<T>>(completed<T>(request, true));
    case method::indefinite:
      return std::make_shared<indefinite<T>>(completed<T>(request, request.hermitian), request.hermitian);
    case method::triangular:
      return std::make_shared<triangular<T>>(taken<T>(request), request.part == solving::triangle::lower);
    case method::diagonal:
      return std::make_shared<diagonal_alone<T>>(band<T>(request.source, 0, 0));
    case method::banded:
      return banded(request.lower_bandwidth, request.upper_bandwidth);
    case method::tridiagonal:
      return banded(1, 1);
    case method::qr:
      return std::make_shared<qr<T>>(taken<T>(request));
    case method::rank_revealing:
      return std::make_shared<rank_revealing<T>>(taken<T>(request), request.rank_tolerance);
    case method::automatic:
      break;
  }
  throw internal_error(expectation("solve", "a method that was planned", name(request.method)));
}

}  // namespace

std::shared_ptr<const solving::factors> factorize(const solving::factor_request& request) {
  return with_number(request.type, [&](auto zero) { return factors_of<decltype(zero)>(request); });
}

}  // namespace gpucompute::cpu::naive
