// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdlib>
#include <gtest/gtest.h>

#include <gpucompute/gpucompute.hpp>

namespace gpucompute::tests {
namespace {

/// Random entries by a counter, fast enough for billions: uniform in (-1, 1).
float entry(std::uint64_t index) {
  std::uint64_t bits = (index + 1) * 0x9e3779b97f4a7c15U;
  bits = (bits ^ (bits >> 32U)) * 0xd6e8feb86659fd93U;
  return static_cast<float>(static_cast<std::int64_t>(bits) >> 40) * 0x1p-23F;
}

/// The rows of b - A x that are looked at, in double.
double largest_rest(const array& a, const std::vector<float>& b, std::span<const float> x) {
  const auto n = static_cast<std::int64_t>(b.size());
  double largest = 0;
  for (const std::int64_t row : {std::int64_t{0}, n / 3, n / 2, n - 1}) {
    double rest = b[static_cast<std::size_t>(row)];
    for (std::int64_t j = 0; j < n; ++j) {
      rest -= static_cast<double>(a.values<float>()[static_cast<std::size_t>(row * n + j)]) *
              static_cast<double>(x[static_cast<std::size_t>(j)]);
    }
    largest = std::max(largest, std::abs(rest));
  }
  return largest;
}

/// n * n is beyond 2^31: an index of 32 bits anywhere would show.
void solve_beyond_int32(bool gives_up) {
  const char* const wanted = std::getenv("GPUCOMPUTE_TEST_LONG");
  if (wanted == nullptr || std::string_view(wanted) != "1") {
    GTEST_SKIP() << "takes minutes and " << (gives_up ? 9 : 18) << " GB: GPUCOMPUTE_TEST_LONG=1 runs it";
  }
  constexpr std::int64_t n = 46341;
  array a = array::empty(float32, {n, n});
  const std::span<float> values = a.values<float>();
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = entry(i);
  }
  std::vector<float> b(n);
  for (std::size_t i = 0; i < b.size(); ++i) {
    b[i] = entry(i + values.size());
  }
  solution s;
  try {
    s = gives_up ? solve(overwrite(a), b) : solve(a, b);
  } catch (const out_of_memory& refused) {
    GTEST_SKIP() << refused.what();
  }
  std::cout << s.explain();
  EXPECT_LE(s.report.backward_error, s.report.bar);
  EXPECT_EQ(s.report.backward_errors.size(), 1U);
  if (gives_up) {
    for (std::size_t i = 0; i < values.size(); ++i) {
      values[i] = entry(i);
    }
  }
  const std::span<const float> x = s.x.values<float>();
  const float size = std::abs(*std::ranges::max_element(x, {}, [](float one) { return std::abs(one); }));
  // norm(A) is at most n.
  EXPECT_LE(largest_rest(a, b, x), s.report.bar * (static_cast<double>(n) * static_cast<double>(size) + 1));
}

TEST(LargeSolve, ElementsBeyondTheRangeOfInt32) { solve_beyond_int32(false); }
TEST(LargeSolve, ElementsBeyondTheRangeOfInt32InTheMemoryOfA) { solve_beyond_int32(true); }

}  // namespace
}  // namespace gpucompute::tests
