// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/solve/small/systems.hpp"

// Pivots, factors that are kept, and singular systems.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class SmallPivots : public ::testing::Test {};
TYPED_TEST_SUITE(SmallPivots, float_types);

/// P F = L U as LAPACK does it, the first of the largest |re| + |im|; returns the pivots.
template <typename T>
std::vector<std::int32_t> eliminate(std::vector<T>& f, std::int64_t n) {
  const auto at = [&](std::int64_t i, std::int64_t j) -> T& { return f[static_cast<std::size_t>(i + j * n)]; };
  const auto size = [](T x) { return std::abs(std::real(x)) + std::abs(std::imag(x)); };
  std::vector<std::int32_t> pivots;
  for (std::int64_t k = 0; k < n; ++k) {
    std::int64_t p = k;
    for (std::int64_t i = k + 1; i < n; ++i) {
      if (size(at(i, k)) > size(at(p, k))) p = i;
    }
    pivots.push_back(static_cast<std::int32_t>(p));
    if (at(p, k) == T(0)) continue;
    for (std::int64_t j = 0; j < n; ++j) std::swap(at(k, j), at(p, j));
    for (std::int64_t i = k + 1; i < n; ++i) {
      at(i, k) /= at(k, k);
      for (std::int64_t j = k + 1; j < n; ++j) at(i, j) -= at(i, k) * at(k, j);
    }
  }
  return pivots;
}

TYPED_TEST(SmallPivots, FactorsThatAreKeptAreThoseOfLapack) {
  for_each_isa([] {
    std::mt19937_64 random(1);
    for (const std::int64_t n : {1, 2, 5, 8, 13, 16, 23, 32}) {
      for (const std::int64_t count : {1, 3, 17}) {
        for (const layout& of : {layout{n * n, 1, n}, layout{n * n, n, 1}}) {
          small_case<TypeParam> one(count, n, 1, of, {n, 1, n});
          one.fill(random);
          one.keep = true;
          one.run(apply::transpose);
          for (std::int64_t s = 0; s < count; ++s) {
            std::vector<TypeParam> wanted(one.a.begin() + s * n * n, one.a.begin() + (s + 1) * n * n);
            const auto pivots = eliminate(wanted, n);
            for (std::int64_t k = 0; k < n; ++k) {
              ASSERT_EQ(one.pivots[static_cast<std::size_t>(s * n + k)], pivots[static_cast<std::size_t>(k)]);
            }
            for (std::size_t i = 0; i < wanted.size(); ++i) {
              const auto found = one.lu[static_cast<std::size_t>(s * n * n) + i];
              ASSERT_LE(std::abs(found - wanted[i]), 2000 * unit_roundoff<TypeParam> * (1 + std::abs(wanted[i])))
                  << "order " << n << " of " << count << ", system " << s << ", element " << i;
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, OfEqualSizesTheFirstIsTaken) {
  for_each_isa([] {
    std::mt19937_64 random(2);
    for (const std::int64_t n : {3, 8, 12, 16, 20, 32}) {
      for (const std::int64_t count : {1, 17}) {
        small_case<TypeParam> one(count, n, 1);
        one.fill(random);
        // Elimination of small integers is exact for a while, and full of ties.
        for (TypeParam& value : one.a) value = number<TypeParam>(static_cast<double>(random() % 3) - 1);
        one.keep = true;
        one.run();
        for (std::int64_t s = 0; s < count; ++s) {
          std::vector<TypeParam> wanted(one.a.begin() + s * n * n, one.a.begin() + (s + 1) * n * n);
          const auto pivots = eliminate(wanted, n);
          for (std::int64_t k = 0; k < 3; ++k) {
            ASSERT_EQ(one.pivots[static_cast<std::size_t>(s * n + k)], pivots[static_cast<std::size_t>(k)])
                << "order " << n << ", system " << s << ", step " << k;
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, PermutationsAreSolvedToTheBit) {
  for_each_isa([] {
    std::mt19937_64 random(3);
    for (std::int64_t n = 1; n <= cpu::largest_small(dtype_of<TypeParam>()); ++n) {
      for (const apply op : every_apply) {
        const std::int64_t count = n % 2 == 0 ? 1 : 19;
        small_case<TypeParam> one(count, n, 1);
        one.fill(random);
        std::vector<std::vector<std::int64_t>> to(static_cast<std::size_t>(count));
        for (std::int64_t s = 0; s < count; ++s) {
          auto& rows = to[static_cast<std::size_t>(s)];
          for (std::int64_t i = 0; i < n; ++i) rows.push_back(i);
          std::shuffle(rows.begin(), rows.end(), random);
          for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = 0; i < n; ++i) {
              one.at_a(s, i, j) = number<TypeParam>(rows[static_cast<std::size_t>(j)] == i ? 1 : 0);
            }
          }
        }
        one.run(op);
        const bool other = op == apply::transpose || op == apply::adjoint;
        for (std::int64_t s = 0; s < count; ++s) {
          EXPECT_EQ(one.outcomes[static_cast<std::size_t>(s)].backward_error, 0);
          for (std::int64_t j = 0; j < n; ++j) {
            const std::int64_t i = to[static_cast<std::size_t>(s)][static_cast<std::size_t>(j)];
            EXPECT_EQ(other ? one.at_x(s, i, 0) : one.at_x(s, j, 0), other ? one.at_b(s, j, 0) : one.at_b(s, i, 0));
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, AZeroPivotIsNamedWhereverItComes) {
  for_each_isa([] {
    std::mt19937_64 random(4);
    for (const std::int64_t n : {1, 2, 4, 8, 11, 16, 17, 32}) {
      for (std::int64_t at = 0; at < n; ++at) {
        for (const std::int64_t count : {1, 18}) {
          small_case<TypeParam> one(count, n, 1);
          one.fill(random);
          const std::int64_t bad = count / 2;
          for (std::int64_t i = 0; i < n; ++i) one.at_a(bad, i, at) = TypeParam(0);
          one.run();
          for (std::int64_t s = 0; s < count; ++s) {
            if (s == bad) {
              EXPECT_TRUE(one.outcomes[static_cast<std::size_t>(s)].finite);
              EXPECT_EQ(one.outcomes[static_cast<std::size_t>(s)].singular_at, at) << "order " << n << " of " << count;
            } else {
              one.expect_solved(s);
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, TheFirstOfSeveralZeroPivotsIsNamed) {
  for_each_isa([] {
    for (const std::int64_t count : {1, 5}) {
      small_case<TypeParam> one(count, 6, 1);
      for (std::int64_t s = 0; s < count; ++s) {
        for (std::int64_t i = 0; i < 6; ++i) {
          one.at_b(s, i, 0) = TypeParam(1);
          for (std::int64_t j = 0; j < 6; ++j)
            one.at_a(s, i, j) = number<TypeParam>(i == j && i != 2 && i != 4 ? 3 : 0);
        }
      }
      one.run();
      for (const auto& outcome : one.outcomes) {
        EXPECT_EQ(outcome.singular_at, 2);
        EXPECT_EQ(outcome.norm_one, 3);
      }
      std::fill(one.a.begin(), one.a.end(), TypeParam(0));
      one.run();
      for (const auto& outcome : one.outcomes) {
        EXPECT_TRUE(outcome.finite);
        EXPECT_EQ(outcome.singular_at, 0);
        EXPECT_EQ(outcome.norm_one, 0);
      }
    }
  });
}

}  // namespace
}  // namespace gpucompute::testing
