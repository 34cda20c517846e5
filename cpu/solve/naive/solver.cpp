// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/host_solver.hpp"
#include "cpu/solve/naive/factorize.hpp"
#include "cpu/solve/naive/passes.hpp"
#include "cpu/solve/solvers.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

class plain_loops final : public host_solver {
 public:
  std::string library() const override { return "plain loops"; }

  solving::cost_profile profile() const override {
    solving::cost_profile rates;
    rates.factor_flops[0] = 6.0e9;
    rates.factor_flops[1] = 5.5e9;
    rates.half_size[0] = rates.half_size[1] = 10;
    rates.column_flops = 1.2e8;
    rates.pass_bytes = 6.5e8;
    rates.call_seconds = 1.0e-6;
    rates.row_seconds = 4.6e-8;
    rates.least_order_for_threads = INT64_MAX;
    return rates;
  }

  solving::facts inspect(const solving::matrix_view& a, const solving::inspection& how) override {
    return naive::inspect(a, how);
  }
  void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to,
            int /*threads*/) override {
    naive::copy(from, conjugate, scale, to);
  }
  std::shared_ptr<const solving::factors> factorize(const solving::factor_request& request) override {
    return naive::factorize(request);
  }
  void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
                double beta, const solving::block& c, int /*threads*/) override {
    naive::multiply(alpha, a, op, b, beta, c);
  }

  std::int64_t largest_small(dtype /*type*/) const override { return 0; }
  solving::small_cost cost_of_small(dtype /*type*/, std::int64_t /*order*/, std::int64_t /*sides*/) const override {
    return {};
  }
  int solve_small(const solving::small_systems& /*systems*/, solving::small_outcome* /*outcomes*/,
                  double* /*errors*/) override {
    throw internal_error(expectation("solve", "a solver that has a way for small systems", "plain loops"));
  }
  int most_threads() const override { return 1; }
};

}  // namespace

solving::solver& naive_solver() {
  return device_layer::made_once([] { return new plain_loops; });
}

}  // namespace gpucompute::cpu
