// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/solve_variants.hpp"

#include <cstring>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include <gpucompute/solve.hpp>

#include "bench/hand/hand.hpp"

namespace gpucompute::bench {
namespace {

/// Memory for what a solve writes over.
struct workspace {
  explicit workspace(const linear_system& of)
      : system(of), a(array::empty(float64, of.a.shape())), x(array::empty(float64, of.b.shape())) {}

  void copy() {
    std::memcpy(a.data(), system.a.data(), static_cast<std::size_t>(a.size()) * sizeof(double));
    std::memcpy(x.data(), system.b.data(), static_cast<std::size_t>(x.size()) * sizeof(double));
  }
  double* matrix() { return a.values<double>().data(); }
  double* solution() { return x.values<double>().data(); }
  std::int64_t order() const { return x.size(); }
  /// An x that verifies nowhere.
  void give_up() { *solution() = std::numeric_limits<double>::quiet_NaN(); }

  const linear_system& system;
  array a, x;
};

}  // namespace

solve_variant textbook_variant(const linear_system& system) {
  const auto work = std::make_shared<workspace>(system);
  return {[work] {
            work->copy();
            if (!compiled_loops().textbook(work->matrix(), work->solution(), work->order())) work->give_up();
          },
          [work] { return std::as_const(work->x).values<double>(); }, [] { return std::string("compiled"); },
          [] { return 1; }};
}

solve_variant lapack_variant(const linear_system& system, const raw_lapack& library, int threads) {
  struct bound : workspace {
    bound(const linear_system& of, const raw_lapack& by, int most)
        : workspace(of), pivots(static_cast<std::size_t>(order())), limit(by, most) {}
    std::vector<int> pivots;
    raw_lapack::thread_limit limit;
  };
  const auto work = std::make_shared<bound>(system, library, threads);
  return {[work, &library] {
            work->copy();
            if (!library.solve(work->matrix(), work->pivots.data(), work->solution(), work->order())) work->give_up();
          },
          [work] { return std::as_const(work->x).values<double>(); }, [&library] { return library.short_name(); },
          [threads] { return threads; }};
}

solve_variant library_variant(const linear_system& system, const std::string& device, int threads, bool mixed) {
  struct bound {
    const linear_system& system;
    array x;
    solve_options options;
    std::string by = {};
    int used = 1;
  };
  const auto work = std::make_shared<bound>(bound{system, array::empty(float64, system.b.shape()), {}});
  work->options.device = gpucompute::device(device);
  work->options.threads = threads;
  work->options.out = mutable_view(work->x);
  if (mixed) work->options.factors = factor_precision::float32;
  return {[work] {
            const solution found = solve(work->system.a, work->system.b, work->options);
            work->by = std::string(name(found.report.method)) + " " + std::string(name(found.report.factors));
            work->used = found.report.threads;
          },
          [work] { return std::as_const(work->x).values<double>(); }, [work] { return work->by; },
          [work] { return work->used; }};
}

double bytes_beside(std::int64_t n) { return 8.0 * static_cast<double>(n) * static_cast<double>(n); }

}  // namespace gpucompute::bench
