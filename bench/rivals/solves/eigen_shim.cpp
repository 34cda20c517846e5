// SPDX-License-Identifier: Apache-2.0
#include <Eigen/LU>
#include <chrono>
#include <cstdint>

// Eigen's LU of orders that the compiler does not know, the way Eigen is fastest: one decomposition object for all
// systems, no memory taken in the loop. run_solves.py compiles this for the machine at hand.

namespace {

template <int Order>
void solve_all(const double* a, const double* b, double* x, std::int64_t n, std::int64_t count) {
  using matrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Order>;
  Eigen::PartialPivLU<matrix> lu(n);
  for (std::int64_t i = 0; i < count; ++i) {
    lu.compute(Eigen::Map<const matrix>(a + i * n * n, n, n));
    Eigen::Map<Eigen::VectorXd>(x + i * n, n).noalias() = lu.solve(Eigen::Map<const Eigen::VectorXd>(b + i * n, n));
  }
}

}  // namespace

/// Seconds a call. Systems lie one behind the other, in C order or in Fortran's.
extern "C" double gpubench_eigen_time(const double* a, const double* b, double* x, std::int64_t n, std::int64_t count,
                                      int in_c_order, std::int64_t calls) {
  const auto begin = std::chrono::steady_clock::now();
  for (std::int64_t i = 0; i < calls; ++i)
    in_c_order != 0 ? solve_all<Eigen::RowMajor>(a, b, x, n, count) : solve_all<Eigen::ColMajor>(a, b, x, n, count);
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count() / static_cast<double>(calls);
}
