// SPDX-License-Identifier: Apache-2.0
#include <complex>

#include "tests/solve/api/systems.hpp"

namespace gpucompute::tests {
namespace {

using Promises = OnEachDevice;
INSTANTIATE_TEST_SUITE_P(Devices, Promises, testing::ValuesIn(solving_devices));

TEST_P(Promises, APromiseThatAnEntryBreaksIsRefusedWithTheEntry) {
  auto a = random_matrix<double>(5, 5, 1);
  a(3, 1) = 7;
  const auto b = random_numbers<double>(5, 1);
  const auto promised = [&](structure what) {
    solve_options options = on_device();
    options.assume = what;
    return refusal([&] { solve(a.view(), b, options); });
  };
  for (std::int64_t i = 0; i < 5; ++i) {
    for (std::int64_t j = 0; j < i; ++j) {
      a(i, j) = i == 3 && j == 1 ? 7 : 0;
    }
  }
  EXPECT_EQ(promised(structure::upper), "solve: expected A that is upper, got A[3, 1] = 7");
  EXPECT_EQ(promised(structure::symmetric).substr(0, 47), "solve: expected A that is symmetric, got A[0, 1");
  a(3, 1) = 0;
  EXPECT_EQ(promised(structure::upper), "nothing was refused");
  for (std::int64_t k = 0; k < 25; ++k) {
    a(k / 5, k % 5) = std::abs(k / 5 - k % 5) <= 1 ? 1 + static_cast<double>(k) : 0;
  }
  EXPECT_EQ(promised(structure::tridiagonal), "nothing was refused");
  a(3, 1) = 7;
  EXPECT_EQ(promised(structure::tridiagonal), "solve: expected A that is tridiagonal, got A[3, 1] = 7");
  std::swap(a(3, 1), a(1, 3));
  EXPECT_EQ(promised(structure::tridiagonal), "solve: expected A that is tridiagonal, got A[1, 3] = 7");
}

TEST_P(Promises, APromiseIsJudgedByAWhateverTheMethod) {
  const dense_matrix<double> upper(3, 3, {2, 1, 4, 0, 3, 5, 0, 0, 1}), symmetric(3, 3, {4, 1, 0, 1, 4, 1, 0, 1, 4});
  solve_options options = on_device();
  const std::vector<double> b = {1, 2, 3};
  for (const method by : {method::automatic, method::lu, method::qr, method::rank_revealing}) {
    options.method = by;
    for (const auto& [a, promise] : {std::pair(upper, structure::upper),
                                     {symmetric, structure::symmetric},
                                     {symmetric, structure::positive_definite},
                                     {symmetric, structure::tridiagonal}}) {
      options.assume = promise;
      EXPECT_EQ(solve(a.view(), b, options).report.verdict, verdict::good) << name(promise) << " by " << name(by);
    }
    options.assume = structure::symmetric;
    EXPECT_EQ(refusal([&] { solve(upper.view(), b, options); }),
              "solve: expected A that is symmetric, got A[0, 1] = 1 and A[1, 0] = 0");
  }
  const dense_matrix<std::complex<double>> turned(2, 2, {1, {0, 1}, {0, 1}, 1});
  EXPECT_EQ(refusal([&] {
              solve(turned.view(), std::vector<double>{1, 2}, options);
            }),
            "solve: expected A that is Hermitian, got A[0, 1] = (0+1j) and A[1, 0] = (0+1j)");
}

}  // namespace
}  // namespace gpucompute::tests
