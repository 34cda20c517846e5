// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/gpucompute.hpp>

#include "tests/solve/named_matrices.hpp"
#include "tests/solve/ratios.hpp"

// What solve() makes of the matrices that are known for their trouble: a good answer, a warning or an error, never a silent one.

namespace gpucompute::testing {
namespace {

class NamedSolve : public ::testing::TestWithParam<const char*> {
 protected:
  solve_options options() const { return {.device = device(GetParam())}; }
};
INSTANTIATE_TEST_SUITE_P(Devices, NamedSolve, ::testing::Values("reference", "cpu"));

template <typename T>
array_view column_major(const dense<T>& a) {
  constexpr auto size = static_cast<std::int64_t>(sizeof(T));
  return {a.view().data, dtype_of<T>(), {a.rows(), a.columns()}, {size, size * std::max<index>(1, a.rows())}};
}

template <typename T>
dense<T> column_of(const solution& s) {
  const std::span<const T> values = s.x.values<T>();
  return filled<T>(static_cast<index>(values.size()), 1,
                   [&](index i, index) { return values[static_cast<std::size_t>(i)]; });
}

/// solve() of a right-hand side that is not special in any way, checked for what the matrix is known for.
template <typename T>
void expect_outcome(const named_matrix& one, const solve_options& options) {
  SCOPED_TRACE(one.name);
  const dense<T> a = make_matrix<T>(one);
  const dense<T> before = a;
  const dense<T> known =
      filled<T>(one.order, 1, [](index i, index) { return T(static_cast<real_of<T>>((7 * i) % 11 - 5)); });
  const dense<T> b = one.expected == outcome::non_finite ? known : converted<T>(widened(a) * widened(known));
  std::vector<T> side;
  for (index i = 0; i < one.order; ++i) {
    side.push_back(b(i, 0));
  }
  const auto solved = [&] { return solve(column_major(a), side, options); };
  switch (one.expected) {
    case outcome::non_finite:
      EXPECT_THROW(solved(), non_finite);
      break;
    case outcome::singular:
      try {
        solved();
        ADD_FAILURE() << "a singular matrix was solved";
      } catch (const singular_matrix& refused) {
        EXPECT_TRUE(one.pivot < 0 || one.pivot == refused.pivot()) << refused.what();
      }
      break;
    case outcome::near_singular:
      try {
        const solution s = solved();
        EXPECT_EQ(s.report.verdict, verdict::ill_conditioned) << s.explain() << s.report.rcond();
      } catch (const singular_matrix&) {  // as rounding would have it
      }
      break;
    default: {
      const solution s = solved();
      const bool warned = s.report.verdict == verdict::ill_conditioned;
      EXPECT_TRUE(warned || s.report.verdict == verdict::good) << s.explain();
      EXPECT_EQ(warned, s.report.rcond() < 2 * eps<T>) << s.explain();
      EXPECT_TRUE(warned || one.expected != outcome::ill_conditioned) << s.explain();
      EXPECT_LE(backward_error(a, column_of<T>(s), b) / eps<T>, s.report.bar / eps<T>) << s.explain();
    }
  }
  if (one.expected != outcome::non_finite) {
    EXPECT_EQ(a, before);
  }
}

TEST_P(NamedSolve, ComesToWhatIsKnownInFloat64) {
  for (const named_matrix& one : named_matrices()) {
    if (!one.is_complex) {
      expect_outcome<double>(one, options());
    }
  }
}

TEST_P(NamedSolve, ComesToWhatIsKnownInComplex128) {
  for (const named_matrix& one : named_matrices()) {
    expect_outcome<std::complex<double>>(one, options());
  }
}

}  // namespace
}  // namespace gpucompute::testing
