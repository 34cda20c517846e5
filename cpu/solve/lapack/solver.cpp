// SPDX-License-Identifier: Apache-2.0
#include <string>

#include <gpucompute/error.hpp>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/element.hpp"
#include "cpu/solve/host_solver.hpp"
#include "cpu/solve/inspect.hpp"
#include "cpu/solve/lapack/factors.hpp"
#include "cpu/solve/lapack/multiply.hpp"
#include "cpu/solve/small.hpp"
#include "cpu/solve/solvers.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

class lapack_of_a_library final : public host_solver {
 public:
  std::string library() const override { return lapack::loaded().description(); }

  solving::cost_profile profile() const override {
    // OpenBLAS 0.3.21 on two cores with AVX-512, real numbers. getrf runs at 17, 38, 48 and 55 Gflop/s at orders 128, 1000,
    // 2000 and 3000, in single precision at 23, 69 and 103 to 2000. Two threads are slower to order 600, equal at 700, and
    // faster by 1.11 at 850, 1.19 at 1000, 1.6 at 1500 and 1.83 at 3000.
    // On an EPYC they are faster from 400 on, by 1.07 at 500, but now and then wait 15 ms for each other: at 500 a triangle took
    // 13 times, LU in single precision 2.5 times as long as SciPy's with an OpenBLAS of its own.
    solving::cost_profile rates;
    rates.factor_flops[0] = 6e10;
    rates.factor_flops[1] = 1.3e11;
    rates.half_size[0] = 400;
    rates.half_size[1] = 600;
    // geqp3 of orders 200 to 1500 runs at 12 Gflop/s, half of it a column at a time. A diagonal of order 2 takes 1.2 us, of
    // 100 11 us, of 1000 740 us: nothing but the passes.
    rates.column_flops = 6.5e9;
    rates.pass_bytes = 1.1e10;
    rates.call_seconds = 1.2e-6;
    rates.row_seconds = 4.6e-8;
    rates.least_order_for_threads = 800;
    // One right-hand side, factors in single precision: faster by 1.04 at order 100, 1.17 at 160, 1.28 at 200, 1.6 from 500
    // on, alike on one thread and two.
    rates.mixed_from = 500;
    // sytrf wins 1.3 on one thread, but nothing on two from order 1000 on, and less than single precision does.
    rates.indefinite_is_faster = false;
    return rates;
  }

  solving::facts inspect(const solving::matrix_view& a, const solving::inspection& how) override {
    return cpu::inspect(a, how);
  }
  void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to,
            int threads) override {
    cpu::copy(from, conjugate, scale, to, threads);
  }

  std::shared_ptr<const solving::factors> factorize(const solving::factor_request& request) override {
    return with_type("factorize", request.type, [&]<typename T>(T) -> lapack::factors_pointer {
      switch (request.method) {
        case method::lu:
          return lapack::factor_lu<T>(request);
        case method::cholesky:
          return lapack::factor_cholesky<T>(request);
        case method::indefinite:
          return lapack::factor_indefinite<T>(request);
        case method::triangular:
          return lapack::factor_triangular<T>(request);
        case method::diagonal:
          return lapack::factor_diagonal<T>(request);
        case method::banded:
          return lapack::factor_banded<T>(request);
        case method::tridiagonal:
          return lapack::factor_tridiagonal<T>(request);
        case method::qr:
          return lapack::factor_qr<T>(request);
        case method::rank_revealing:
          return lapack::factor_rank_revealing<T>(request);
        default:
          throw internal_error(expectation("factorize", "a method of methods.def", name(request.method)));
      }
    });
  }

  void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
                double beta, const solving::block& c, int threads) override {
    with_type("multiply", c.type, [&]<typename T>(T) { lapack::multiply<T>(alpha, a, op, b, beta, c, threads); });
  }

  std::int64_t largest_small(dtype type) const override { return cpu::largest_small(type); }
  solving::small_cost cost_of_small(dtype type, std::int64_t order, std::int64_t right_hand_sides) const override {
    return cpu::cost_of_small(type, order, right_hand_sides);
  }
  int solve_small(const solving::small_systems& systems, solving::small_outcome* outcomes, double* errors) override {
    return cpu::solve_small(systems, outcomes, errors);
  }

  int most_threads() const override { return threads_here(); }
};

}  // namespace

solving::solver& lapack_solver() {
  lapack::loaded();
  return device_layer::made_once([] { return new lapack_of_a_library; });
}

}  // namespace gpucompute::cpu
