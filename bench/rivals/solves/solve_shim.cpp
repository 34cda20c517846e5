// SPDX-License-Identifier: Apache-2.0
#include "bench/rivals/solves/solve_shim.hpp"

#include <array>
#include <cstring>
#include <limits>
#include <optional>
#include <string_view>
#include <vector>

#include "bench/rivals/contestant.hpp"

namespace gc = gpucompute;
namespace bench = gpucompute::bench;

namespace {

template <typename Enum, std::size_t Count>
Enum one_of(const std::array<std::string_view, Count>& words, std::string_view text) {
  for (std::size_t i = 0; i < Count; ++i) {
    if (words[i] == text) return static_cast<Enum>(i);
  }
  throw gc::invalid_argument("shim: expected a word of solve_options, got " + std::string(text));
}

gc::structure structure_of(std::string_view text) {
  for (int i = 0; i <= static_cast<int>(gc::structure::diagonal); ++i) {
    if (gc::name(static_cast<gc::structure>(i)) == text) return static_cast<gc::structure>(i);
  }
  throw gc::invalid_argument("shim: expected a structure, got " + std::string(text));
}

gc::solve_options options_of(const gpubench_solve_options& from) {
  constexpr std::array<std::string_view, 3> conditions = {"screened", "always", "never"};
  constexpr std::array<std::string_view, 3> precisions = {"automatic", "same", "float32"};
  return {.assume = structure_of(from.assume),
          .factors = one_of<gc::factor_precision>(precisions, from.factors),
          .condition = one_of<gc::condition>(conditions, from.condition)};
}

gpubench_contestant make_solve(const gpubench_array& a_from, const gpubench_array& b_from, const gpubench_array& x_from,
                               const gpubench_solve_options& words) {
  const gc::array_view a = bench::view_of(a_from);
  const gc::array_view b = bench::view_of(b_from);
  const gc::mutable_view x = bench::view_of(x_from);
  gc::solve_options options = options_of(words);
  options.out = x;
  gc::solve(a, b, options);
  if (words.into_x == 0) options.out.reset();
  return {[a, b, options] { gc::solve(a, b, options); },
          [a, b, options] { return gc::solve(a, b, options).explain(); }};
}

template <typename Integer>
class lapack_systems {
 public:
  lapack_systems(const gpubench_lapack& routines, const gpubench_array& a, const gpubench_array& b,
                 const gpubench_array& x)
      : routines_(routines),
        a_(static_cast<const double*>(a.data)),
        b_(static_cast<const double*>(b.data)),
        x_(static_cast<double*>(x.data)),
        order_(static_cast<Integer>(a.shape[a.rank - 1])),
        count_(a.rank == 3 ? a.shape[0] : 1),
        in_c_order_(a.strides[a.rank - 1] == static_cast<std::int64_t>(sizeof(double))),
        pivots_(static_cast<std::size_t>(order_)) {
    if (routines.fresh_memory == 0) kept_ = std::make_unique<double[]>(elements());
  }

  void solve() {
    const std::unique_ptr<double[]> fresh(kept_ ? nullptr : new double[elements()]);
    double* const lu = kept_ ? kept_.get() : fresh.get();
    const auto order = static_cast<std::size_t>(order_);
    for (std::int64_t i = 0; i < count_; ++i) {
      double* const x = x_ + i * order_;
      std::memcpy(lu, a_ + static_cast<std::size_t>(i) * elements(), elements() * sizeof(double));
      std::memcpy(x, b_ + i * order_, order * sizeof(double));
      routines_.positive_definite != 0 ? cholesky(lu, x) : gauss(lu, x);
    }
  }

 private:
  std::size_t elements() const { return static_cast<std::size_t>(order_) * static_cast<std::size_t>(order_); }

  // The last argument of each, which C does not see in Fortran, is the length of the letter.
  void gauss(double* lu, double* x) {
    using factor_call = void (*)(const Integer*, const Integer*, double*, const Integer*, Integer*, Integer*);
    using solve_call = void (*)(const char*, const Integer*, const Integer*, const double*, const Integer*,
                                const Integer*, double*, const Integer*, Integer*, std::size_t);
    Integer info = 0;
    reinterpret_cast<factor_call>(routines_.factor)(&order_, &order_, lu, &order_, pivots_.data(), &info);
    check(info);
    reinterpret_cast<solve_call>(routines_.solve)(in_c_order_ ? "T" : "N", &order_, &one, lu, &order_, pivots_.data(),
                                                  x, &order_, &info, 1);
    check(info);
  }

  void cholesky(double* l, double* x) {
    using factor_call = void (*)(const char*, const Integer*, double*, const Integer*, Integer*, std::size_t);
    using solve_call = void (*)(const char*, const Integer*, const Integer*, const double*, const Integer*, double*,
                                const Integer*, Integer*, std::size_t);
    Integer info = 0;
    reinterpret_cast<factor_call>(routines_.factor)("L", &order_, l, &order_, &info, 1);
    check(info);
    reinterpret_cast<solve_call>(routines_.solve)("L", &order_, &one, l, &order_, x, &order_, &info, 1);
    check(info);
  }

  static void check(Integer info) {
    if (info != 0) throw gc::runtime_failure("shim: expected LAPACK's success, got info " + std::to_string(info));
  }

  static constexpr Integer one = 1;
  gpubench_lapack routines_;
  const double* a_;
  const double* b_;
  double* x_;
  Integer order_;
  std::int64_t count_;
  bool in_c_order_;
  std::vector<Integer> pivots_;
  std::unique_ptr<double[]> kept_;
};

template <typename Integer>
gpubench_contestant* make_lapack(const gpubench_lapack& routines, const gpubench_array& a, const gpubench_array& b,
                                 const gpubench_array& x) {
  const auto systems = std::make_shared<lapack_systems<Integer>>(routines, a, b, x);
  systems->solve();
  return std::make_unique<gpubench_contestant>([systems] { systems->solve(); }, [] { return "lapack"; }).release();
}

}  // namespace

GPUBENCH_SHIM_API gpubench_contestant* gpubench_make_solve(const gpubench_array* a, const gpubench_array* b,
                                                           const gpubench_array* x,
                                                           const gpubench_solve_options* options) {
  return bench::guarded<gpubench_contestant*>(
      nullptr, [&] { return std::make_unique<gpubench_contestant>(make_solve(*a, *b, *x, *options)).release(); });
}

GPUBENCH_SHIM_API gpubench_contestant* gpubench_make_inspection(const gpubench_array* a, const gpubench_array* b) {
  return bench::guarded<gpubench_contestant*>(nullptr, [&] {
    const auto explain = [A = gc::array_view(bench::view_of(*a)), right = gc::array_view(bench::view_of(*b))] {
      return gc::explain_solve(A, right);
    };
    return std::make_unique<gpubench_contestant>([explain] { explain(); }, explain).release();
  });
}

GPUBENCH_SHIM_API int gpubench_verdict(const gpubench_array* a, const gpubench_array* b,
                                       const gpubench_solve_options* options, double* bound) {
  return bench::guarded(-1, [&] {
    constexpr int zero_pivot = 3;
    try {
      const gc::solution found =
          gc::solve(gc::array_view(bench::view_of(*a)), bench::view_of(*b), options_of(*options));
      *bound = found.report.condition_bound;
      return static_cast<int>(found.report.verdict);
    } catch (const gc::singular_matrix&) {
      *bound = std::numeric_limits<double>::infinity();
      return zero_pivot;
    }
  });
}

GPUBENCH_SHIM_API gpubench_contestant* gpubench_make_lapack(const gpubench_lapack* routines, const gpubench_array* a,
                                                            const gpubench_array* b, const gpubench_array* x) {
  return bench::guarded<gpubench_contestant*>(nullptr, [&] {
    return routines->wide != 0 ? make_lapack<std::int64_t>(*routines, *a, *b, *x)
                               : make_lapack<std::int32_t>(*routines, *a, *b, *x);
  });
}
