// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "tests/cpu/math/call.hpp"
#include "tests/cpu/math/oracle.hpp"
#include "tests/cpu/math/ulp.hpp"

namespace gpucompute::cpu::math {
namespace {

/// The error of `got` in ULP, or infinity where a special value or a sign is wrong.
template <typename T>
double error(double got, const oracle_record& oracle, std::size_t i, double cancellation) {
  const double exact = oracle.result[i];
  if (std::isinf(exact) || std::isinf(got) || std::isnan(got)) {
    return got == exact ? 0 : std::numeric_limits<double>::infinity();
  }
  // A negative result that underflows is stored as -0; a zero that is exact, as +0 whatever its sign.
  if (exact == 0 && std::signbit(exact) && !std::signbit(got)) return std::numeric_limits<double>::infinity();
  // The unit is that of the exact value, which may lie just under the power of two it rounds to.
  const double own = unit<T>(exact, (oracle.rest[i] < 0) != (exact < 0));
  double ulp = own;
  if (cancellation > 0) {
    const double operands = std::max(std::abs(oracle.a[i]), std::abs(oracle.b[i]));
    ulp = std::max(own, unit<T>(cancellation * operands));
  }
  return std::abs((got - exact) / ulp - oracle.rest[i] * (own / ulp));
}

template <typename T>
void expect_within_bound(const entry& function) {
  std::string base(function.name);
  if (base.ends_with("_fast")) base.resize(base.size() - 5);
  const oracle_record* oracle = find_oracle(base, sizeof(T) == 4 ? "f32" : "f64");
  ASSERT_NE(oracle, nullptr) << function.name << " has no oracle: run tests/oracle/make_math.py";
  ASSERT_EQ(oracle->arity, function.arity);
  ASSERT_GE(oracle->a.size(), 300U);

  const std::vector<T> a(oracle->a.begin(), oracle->a.end());
  const std::vector<T> b(oracle->b.begin(), oracle->b.end());
  const std::vector<T> got = run_block(function, a, b);
  double worst = 0;
  std::size_t where = 0;
  for (std::size_t i = 0; i < got.size(); ++i) {
    const double ulp = error<T>(static_cast<double>(got[i]), *oracle, i, function.cancellation);
    if (ulp > worst) {
      worst = ulp;
      where = i;
    }
    EXPECT_LE(ulp, function.ulp) << function.symbol << '(' << a[i] << ", " << (b.empty() ? T(0) : b[i])
                                 << ") = " << got[i] << ", exactly " << oracle->result[i] << " and " << oracle->rest[i]
                                 << " ULP";
  }
  std::printf("%-34s %5.3f of %.1f ULP at (%.17g, %.17g), %zu samples\n", function.symbol, worst, function.ulp,
              oracle->a[where], oracle->b.empty() ? 0.0 : oracle->b[where], got.size());
}

class accuracy : public testing::TestWithParam<isa> {};

TEST_P(accuracy, EveryRowHasAnOracleAndIsWithinItsBound) {
  if (!supports(GetParam())) GTEST_SKIP() << "this CPU lacks " << name(GetParam());
  for (const entry& function : entries(GetParam())) {
    if (function.type == float32) expect_within_bound<float>(function);
    if (function.type == float64) expect_within_bound<double>(function);
  }
}

INSTANTIATE_TEST_SUITE_P(cpu_math, accuracy, testing::Values(isa::avx2, isa::avx512),
                         [](const auto& test) { return std::string(name(test.param)); });

}  // namespace
}  // namespace gpucompute::cpu::math
