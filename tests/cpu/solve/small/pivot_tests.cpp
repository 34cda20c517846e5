// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/solve/small/systems.hpp"

// Pivots and singular systems.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class SmallPivots : public ::testing::Test {};
TYPED_TEST_SUITE(SmallPivots, float_types);

TYPED_TEST(SmallPivots, TheLargestIsTaken) {
  for_each_isa([] {
    std::mt19937_64 random(1);
    for (std::int64_t n = 2; n <= cpu::largest_small(dtype_of<TypeParam>()); ++n) {
      for (const std::int64_t count : {1, 19}) {
        small_case<TypeParam> one(count, n, 1);
        one.fill(random);
        // One large element a row and a column, never on the diagonal: without pivoting no digit of x would be right.
        for (TypeParam& value : one.a) value *= static_cast<decltype(std::abs(value))>(0x1p-20);
        for (std::int64_t s = 0; s < count; ++s) {
          for (std::int64_t j = 0; j < n; ++j) one.at_a(s, (j + 1 + s) % n, j) = number<TypeParam>(1);
        }
        for (const apply op : every_apply) {
          one.run(op);
          for (std::int64_t s = 0; s < count; ++s) one.expect_solved(s);
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, EqualSizesAreNoTrouble) {
  for_each_isa([] {
    std::mt19937_64 random(2);
    for (const std::int64_t n : {2, 3, 4, 5, 8, 12, 16, 20, 32, 41, 64}) {
      for (std::int64_t round = 0; round < 20; ++round) {
        for (const std::int64_t count : {1, 17}) {
          small_case<TypeParam> one(count, n, 1);
          one.fill(random);
          for (TypeParam& value : one.a) value = number<TypeParam>(random() % 2 == 0 ? 1 : -1);
          for (std::int64_t s = 0; s < count; ++s) {
            for (std::int64_t j = 0; j < n; ++j) one.at_a(s, j, j) *= number<TypeParam>(2);
          }
          one.run();
          for (std::int64_t s = 0; s < count; ++s) {
            if (one.outcomes[static_cast<std::size_t>(s)].singular_at < 0) one.expect_solved(s);
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
    for (const std::int64_t n : {1, 2, 4, 8, 11, 16, 17, 32, 33, 64}) {
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

TYPED_TEST(SmallPivots, AZeroPivotIsThatOfOpAHoweverItLies) {
  for_each_isa([] {
    std::mt19937_64 random(5);
    for (const std::int64_t n : {1, 2, 5, 8, 16, 17}) {
      for (const layout& of : {layout{n * n, 1, n}, layout{n * n, n, 1}}) {
        for (const apply op : every_apply) {
          for (std::int64_t at = 0; at < n; ++at) {
            small_case<TypeParam> one(18, n, 1, of, {n, 1, n});
            one.fill(random);
            const bool turned = op == apply::transpose || op == apply::adjoint;
            for (std::int64_t i = 0; i < n; ++i) one.at_a(9, turned ? at : i, turned ? i : at) = TypeParam(0);
            one.run(op);
            EXPECT_EQ(one.outcomes[9].singular_at, at) << "order " << n << ", row stride " << of.row;
            EXPECT_EQ(one.outcomes[8].singular_at, -1);
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallPivots, AZeroPivotHarmsNoNeighbourInAnyColumn) {
  for_each_isa([] {
    std::mt19937_64 random(6);
    small_case<TypeParam> one(9, 5, 9);
    one.fill(random);
    for (std::int64_t i = 0; i < 5; ++i) one.at_a(4, i, 2) = TypeParam(0);
    one.run();
    for (std::int64_t s = 0; s < 9; ++s) {
      if (s == 4) {
        EXPECT_EQ(one.outcomes[4].singular_at, 2);
      } else {
        one.expect_solved(s);
      }
    }
  });
}

TYPED_TEST(SmallPivots, AreLookedAtWithoutRightHandSidesToo) {
  for_each_isa([] {
    std::mt19937_64 random(7);
    for (const std::int64_t n : {3, 20}) {
      small_case<TypeParam> one(3, n, 0);
      one.fill(random);
      for (std::int64_t i = 0; i < n; ++i) one.at_a(1, i, 2) = TypeParam(0);
      one.run(apply::none, false);
      for (std::int64_t s = 0; s < 3; ++s) {
        EXPECT_EQ(one.outcomes[static_cast<std::size_t>(s)].singular_at, s == 1 ? 2 : -1) << "order " << n;
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
      }
      std::fill(one.a.begin(), one.a.end(), TypeParam(0));
      one.run();
      for (const auto& outcome : one.outcomes) {
        EXPECT_TRUE(outcome.finite);
        EXPECT_EQ(outcome.singular_at, 0);
      }
    }
  });
}

}  // namespace
}  // namespace gpucompute::testing
