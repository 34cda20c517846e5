// SPDX-License-Identifier: Apache-2.0
#include <limits>

#include "tests/cpu/solve/small/systems.hpp"

// NaN and infinity, huge and tiny numbers.

namespace gpucompute::testing {
namespace {

using solving::apply;

template <typename T>
class SmallExtremes : public ::testing::Test {};
TYPED_TEST_SUITE(SmallExtremes, float_types);

template <typename T>
std::vector<T> bad_numbers() {
  using limits = std::numeric_limits<float>;
  if constexpr (is_complex(dtype_of<T>())) {
    return {T(limits::quiet_NaN(), 0), T(0, limits::infinity()), T(1, limits::quiet_NaN())};
  } else {
    return {limits::quiet_NaN(), limits::infinity(), -limits::infinity()};
  }
}

TYPED_TEST(SmallExtremes, NonFiniteElementsAreFoundAtEveryPlace) {
  for_each_isa([] {
    std::mt19937_64 random(1);
    for (const std::int64_t n : {1, 3, 8, 9, 17}) {
      for (const std::int64_t count : {1, 10}) {
        small_case<TypeParam> one(count, n, 2);
        one.fill(random);
        const std::int64_t bad = count - 1;
        const auto expect_found = [&](const std::string& where) {
          for (const apply op : {apply::none, apply::adjoint}) {
            one.run(op);
            for (std::int64_t s = 0; s < count; ++s) {
              EXPECT_EQ(one.outcomes[static_cast<std::size_t>(s)].finite, s != bad) << where << " of order " << n;
            }
            if (count > 1) {
              one.expect_solved(0);
              one.expect_solved(bad - 1);
            }
          }
        };
        for (const TypeParam& value : bad_numbers<TypeParam>()) {
          for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = 0; i < n; ++i) {
              const auto before = std::exchange(one.at_a(bad, i, j), value);
              expect_found("a " + std::to_string(i) + ", " + std::to_string(j));
              one.at_a(bad, i, j) = before;
            }
          }
          for (std::int64_t c = 0; c < 2; ++c) {
            for (std::int64_t i = 0; i < n; ++i) {
              const auto before = std::exchange(one.at_b(bad, i, c), value);
              expect_found("b " + std::to_string(i) + ", " + std::to_string(c));
              one.at_b(bad, i, c) = before;
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallExtremes, ANaNInOneOfManyRightHandSidesIsFound) {
  for_each_isa([] {
    std::mt19937_64 random(4);
    for (const std::int64_t count : {1, 2}) {
      for (const std::int64_t bad : {0, 20, 39}) {
        small_case<TypeParam> one(count, 12, 40);
        one.fill(random);
        one.at_b(0, 5, bad) = number<TypeParam>(std::numeric_limits<double>::quiet_NaN());
        one.run();
        EXPECT_FALSE(one.outcomes[0].finite) << bad;
      }
    }
  });
}

TYPED_TEST(SmallExtremes, ASingularSystemWithANaNIsNotFinite) {
  for_each_isa([] {
    for (const std::int64_t count : {1, 4}) {
      small_case<TypeParam> one(count, 5, 1);
      std::fill(one.a.begin(), one.a.end(), TypeParam(0));
      std::fill(one.b.begin(), one.b.end(), number<TypeParam>(std::numeric_limits<double>::quiet_NaN()));
      one.run();
      for (const auto& outcome : one.outcomes) EXPECT_FALSE(outcome.finite);
    }
  });
}

TYPED_TEST(SmallExtremes, HugeAndTinySystemsAreSolvedAndJudgedAsOthers) {
  for_each_isa([] {
    std::mt19937_64 random(2);
    const bool narrow = component(dtype_of<TypeParam>()) == float32;
    for (const int exponent : narrow ? std::vector{100, -100, 40, -40} : std::vector{500, -500, 995, -995, 390, -390}) {
      for (const int of_b : {exponent, 0}) {
        if (std::abs(exponent) > (narrow ? 60 : 600) && of_b == 0) continue;
        for (const std::int64_t n : {1, 2, 8, 9, 20, 50}) {
          for (const std::int64_t count : {1, 9}) {
            SCOPED_TRACE("2^" + std::to_string(exponent) + ", b 2^" + std::to_string(of_b) + ", order " +
                         std::to_string(n) + ", count " + std::to_string(count));
            small_case<TypeParam> one(count, n, 2);
            one.fill(random);
            for (const apply op : every_apply) {
              small_case<TypeParam> plain = one;
              plain.run(op);
              small_case<TypeParam> scaled = one;
              for (TypeParam& value : scaled.a) value = times_power(value, exponent);
              for (TypeParam& value : scaled.b) value = times_power(value, of_b);
              scaled.run(op);
              for (std::int64_t s = 0; s < count; ++s) {
                scaled.expect_solved(s);
                const double bound = scaled.outcomes[static_cast<std::size_t>(s)].condition_bound;
                const double wanted = plain.outcomes[static_cast<std::size_t>(s)].condition_bound;
                EXPECT_LE(std::abs(bound - wanted), wanted * 1e-3);
              }
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallExtremes, AHugeSystemAmongOthersIsJudgedAloneAsTheyAre) {
  for_each_isa([] {
    std::mt19937_64 random(3);
    const int exponent = component(dtype_of<TypeParam>()) == float32 ? 100 : 500;
    for (const std::int64_t n : {1, 2, 8, 15}) {
      for (std::int64_t huge = 0; huge < 9; ++huge) {
        small_case<TypeParam> one(9, n, 2);
        one.fill(random);
        small_case<TypeParam> plain = one;
        plain.run();
        for (std::int64_t i = 0; i < n; ++i) {
          for (std::int64_t j = 0; j < n; ++j) one.at_a(huge, i, j) = times_power(one.at_a(huge, i, j), exponent);
        }
        one.run();
        for (std::int64_t s = 0; s < 9; ++s) {
          SCOPED_TRACE("system " + std::to_string(s) + " of order " + std::to_string(n));
          one.expect_solved(s);
          const double wanted = plain.outcomes[static_cast<std::size_t>(s)].condition_bound;
          EXPECT_NEAR(one.outcomes[static_cast<std::size_t>(s)].condition_bound, wanted, 1e-3 * wanted);
        }
      }
    }
  });
}

TYPED_TEST(SmallExtremes, BothEndsOfTheRangeInOneSystem) {
  for_each_isa([] {
    const int end = component(dtype_of<TypeParam>()) == float32 ? 120 : 1000;
    for (const std::int64_t count : {1, 6}) {
      small_case<TypeParam> one(count, 3, 1);
      for (std::int64_t s = 0; s < count; ++s) {
        for (std::int64_t i = 0; i < 3; ++i) {
          for (std::int64_t j = 0; j < 3; ++j) {
            one.at_a(s, i, j) = i == j ? times_power(TypeParam(3), (1 - static_cast<int>(i)) * end) : TypeParam(0);
          }
          one.at_b(s, i, 0) = times_power(TypeParam(6), (1 - static_cast<int>(i)) * end);
        }
      }
      one.run();
      for (std::int64_t s = 0; s < count; ++s) {
        one.expect_solved(s);
        for (std::int64_t i = 0; i < 3; ++i) EXPECT_EQ(one.at_x(s, i, 0), TypeParam(2));
      }
    }
  });
}

TYPED_TEST(SmallExtremes, AScreeningThatOverflowsBoundsNothing) {
  for_each_isa([] {
    const bool narrow = component(dtype_of<TypeParam>()) == float32;
    struct powers {
      int large, tiny, last_digit;
    };
    const powers of_float[] = {{0, -110, -21}, {45, -95, -21}};
    const powers of_double[] = {{0, -980, -50}, {380, -900, -50}};
    for (const powers& sizes : narrow ? of_float : of_double) {
      for (const std::int64_t n : {3, 6, 9, 16, 20, 50}) {
        for (const std::int64_t count : {1, 9}) {
          std::mt19937_64 random(5);
          small_case<TypeParam> one(count, n, 1);
          one.fill(random);
          // Two tiny rows that differ in a last digit, and x of moderate size.
          for (std::int64_t s = 0; s < count; ++s) {
            for (std::int64_t i = n - 1; i >= 0; --i) {
              const TypeParam more = number<TypeParam>(i == 1 ? 1 + std::ldexp(1.0, sizes.last_digit) : 1);
              for (std::int64_t j = 0; j < n; ++j) {
                const TypeParam entry = one.at_a(s, i == 1 ? 0 : i, j);
                one.at_a(s, i, j) = times_power(j == 0 ? entry * more : entry, i < 2 ? sizes.tiny : sizes.large);
              }
              one.at_b(s, i, 0) = times_power(one.at_b(s, i == 1 ? 0 : i, 0), i < 2 ? sizes.tiny : sizes.large);
            }
          }
          for (const apply op : every_apply) {
            one.run(op);
            for (const auto& outcome : one.outcomes) {
              EXPECT_TRUE(outcome.singular_at >= 0 || outcome.condition_bound > (narrow ? 0x1p100 : 0x1p900))
                  << outcome.condition_bound << ", order " << n << ", " << count << ", 2^" << sizes.large;
            }
          }
        }
      }
    }
  });
}

TYPED_TEST(SmallExtremes, SubnormalPivotsAreNotZero) {
  for_each_isa([] {
    using part = decltype(std::abs(TypeParam()));
    const part tiny = 3 * std::numeric_limits<part>::denorm_min();
    for (const std::int64_t count : {1, 3}) {
      for (const std::int64_t n : {1, 2, 9, 40}) {
        small_case<TypeParam> one(count, n, 1);
        for (std::int64_t s = 0; s < count; ++s) {
          for (std::int64_t i = 0; i < n; ++i) {
            for (std::int64_t j = 0; j < n; ++j) one.at_a(s, i, j) = i >= j ? TypeParam(tiny) : TypeParam(0);
            one.at_b(s, i, 0) = TypeParam(tiny * static_cast<part>(i + 1));
          }
        }
        one.run();
        for (std::int64_t s = 0; s < count; ++s) {
          ASSERT_EQ(one.outcomes[static_cast<std::size_t>(s)].singular_at, -1);
          EXPECT_EQ(one.outcomes[static_cast<std::size_t>(s)].backward_error, 0);
          for (std::int64_t i = 0; i < n; ++i) EXPECT_EQ(one.at_x(s, i, 0), TypeParam(1));
        }
      }
    }
  });
}

TYPED_TEST(SmallExtremes, AZeroRightHandSideHasTheAnswerZero) {
  for_each_isa([] {
    std::mt19937_64 random(3);
    for (const std::int64_t count : {1, 9}) {
      small_case<TypeParam> one(count, 7, 1);
      one.fill(random);
      std::fill(one.b.begin(), one.b.end(), TypeParam(0));
      one.run();
      for (std::int64_t s = 0; s < count; ++s) {
        one.expect_solved(s);
        for (std::int64_t i = 0; i < 7; ++i) EXPECT_EQ(one.at_x(s, i, 0), TypeParam(0));
      }
    }
  });
}

TYPED_TEST(SmallExtremes, AnAnswerThatOverflowsHasNoBackwardError) {
  for_each_isa([] {
    using part = decltype(std::abs(TypeParam()));
    for (const std::int64_t count : {1, 5}) {
      small_case<TypeParam> one(count, 2, 1);
      for (std::int64_t s = 0; s < count; ++s) {
        for (std::int64_t i = 0; i < 2; ++i) {
          one.at_b(s, i, 0) = TypeParam(std::numeric_limits<part>::max());
          for (std::int64_t j = 0; j < 2; ++j) {
            one.at_a(s, i, j) = i == j ? TypeParam(std::numeric_limits<part>::min()) : TypeParam(0);
          }
        }
      }
      one.run();
      for (const auto& outcome : one.outcomes) {
        EXPECT_TRUE(outcome.finite);
        EXPECT_TRUE(std::isnan(outcome.backward_error));
      }
    }
  });
}

}  // namespace
}  // namespace gpucompute::testing
