// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <gtest/gtest.h>
#include <limits>

#include "cpu/runtime/team.hpp"
#include "cpu/solve/inspect.hpp"
#include "cpu/solve/passes/instructions.hpp"
#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/solve/passes/matrices.hpp"

namespace gpucompute {
namespace {

using testing::strided_matrix;

/// What a plain loop says.
template <typename T>
solving::facts expected_facts(const strided_matrix<T>& a) {
  solving::facts found;
  const std::int64_t m = a.rows();
  const std::int64_t n = a.columns();
  const auto wide = [&](std::int64_t i, std::int64_t j) {
    if constexpr (is_complex(dtype_of<T>())) {
      return std::complex<long double>(a.get(i, j));
    } else {
      return std::complex<long double>(static_cast<long double>(a.get(i, j)));
    }
  };
  found.symmetric = found.hermitian = found.positive_diagonal = m == n;
  for (std::int64_t i = 0; i < m; ++i) {
    long double sum = 0;
    for (std::int64_t j = 0; j < n; ++j) {
      const auto x = wide(i, j);
      sum += std::abs(x);
      found.norm_max = std::max(found.norm_max, static_cast<double>(std::abs(x)));
      if (x != 0.0L && i > j) found.lower_bandwidth = std::max(found.lower_bandwidth, i - j);
      if (x != 0.0L && i < j) found.upper_bandwidth = std::max(found.upper_bandwidth, j - i);
      if (m == n && x != wide(j, i)) found.symmetric = false;
      if (m == n && x != std::conj(wide(j, i))) found.hermitian = false;
      if (i == j && !(x.real() > 0 && x.imag() == 0)) found.positive_diagonal = false;
    }
    found.norm_inf = std::max(found.norm_inf, static_cast<double>(sum));
  }
  for (std::int64_t j = 0; j < n; ++j) {
    long double sum = 0;
    for (std::int64_t i = 0; i < m; ++i) sum += std::abs(wide(i, j));
    found.norm_one = std::max(found.norm_one, static_cast<double>(sum));
  }
  return found;
}

void expect_near(double found, double wanted, const char* what) {
  EXPECT_LE(std::abs(found - wanted), 1e-13 * wanted) << what << ": " << found << ", expected " << wanted;
}

void expect_same(const solving::facts& found, const solving::facts& wanted) {
  EXPECT_EQ(found.finite, wanted.finite);
  expect_near(found.norm_one, wanted.norm_one, "norm_one");
  expect_near(found.norm_inf, wanted.norm_inf, "norm_inf");
  expect_near(found.norm_max, wanted.norm_max, "norm_max");
  EXPECT_EQ(found.lower_bandwidth, wanted.lower_bandwidth);
  EXPECT_EQ(found.upper_bandwidth, wanted.upper_bandwidth);
  EXPECT_EQ(found.symmetric, wanted.symmetric);
  EXPECT_EQ(found.hermitian, wanted.hermitian);
  EXPECT_EQ(found.positive_diagonal, wanted.positive_diagonal);
}

/// Runs `claim` with each instruction set of this machine.
template <typename Claim>
void for_each_isa(Claim claim) {
  for (const cpu::isa set : testing::instruction_sets()) {
    SCOPED_TRACE(cpu::name(set));
    cpu::passes::use_instructions(set);
    claim();
  }
  cpu::passes::use_instructions({});
}

/// claim(matrix) for a matrix of m rows and n columns in every kind of layout.
template <typename T, typename Claim>
void for_each_layout(std::int64_t m, std::int64_t n, Claim claim) {
  struct layout {
    const char* name;
    std::int64_t row, column, odd_bytes;
  };
  for (const layout& each :
       {layout{"columns", 1, m, 0}, layout{"padded columns", 1, m + 3, 0}, layout{"rows", n, 1, 0},
        layout{"padded rows", n + 5, 1, 0}, layout{"upwards", -1, m, 0}, layout{"leftwards", 1, -m, 0},
        layout{"backwards", -n, -1, 0}, layout{"every third", 3, 3 * m + 1, 0},
        layout{"rows with gaps", 2 * n + 1, 2, 0}, layout{"odd address", 1, m, 1}}) {
    SCOPED_TRACE(each.name);
    strided_matrix<T> a(m, n, each.row, each.column, each.odd_bytes);
    claim(a);
  }
}

template <typename T>
class Inspect : public ::testing::Test {};
using float_types = ::testing::Types<float, double, std::complex<float>, std::complex<double>>;
TYPED_TEST_SUITE(Inspect, float_types);

TYPED_TEST(Inspect, GeneralMatricesOfAllShapesAndLayouts) {
  for_each_isa([] {
    std::mt19937_64 random(1);
    for (const auto& [m, n] : {std::pair{1, 1},
                               {2, 2},
                               {3, 3},
                               {7, 7},
                               {8, 8},
                               {9, 9},
                               {33, 33},
                               {65, 65},
                               {1, 9},
                               {9, 1},
                               {5, 40},
                               {40, 5},
                               {300, 17},
                               {131, 131}}) {
      SCOPED_TRACE(std::to_string(m) + "x" + std::to_string(n));
      for_each_layout<TypeParam>(m, n, [&](strided_matrix<TypeParam>& a) {
        fill(a, random);
        expect_same(cpu::inspect(a.view(), {}), expected_facts(a));
      });
    }
  });
}

TYPED_TEST(Inspect, BandsSymmetryAndDiagonals) {
  for_each_isa([] {
    std::mt19937_64 random(2);
    constexpr std::int64_t n = 70;
    for (const auto& [lower, upper] :
         {std::pair{0, 0}, {1, 1}, {0, 69}, {69, 0}, {2, 5}, {40, 40}, {69, 69}, {68, 68}, {33, 1}}) {
      for (const int kind : {0, 1, 2, 3}) {  // general, symmetric, Hermitian, Hermitian with a positive diagonal
        SCOPED_TRACE(std::to_string(lower) + "," + std::to_string(upper) + "," + std::to_string(kind));
        for_each_layout<TypeParam>(n, n, [&](strided_matrix<TypeParam>& a) {
          for (std::int64_t j = 0; j < n; ++j) {
            for (std::int64_t i = 0; i < n; ++i) {
              auto x = i - j <= lower && j - i <= upper ? testing::random_element<TypeParam>(random) : TypeParam{0};
              if (kind != 0 && i > j) x = TypeParam{0};
              if (kind >= 2 && i == j) x = TypeParam{std::abs(x) * (kind == 3 || i != 5 ? 1 : -1)};
              a.set(i, j, x);
            }
          }
          for (std::int64_t j = 0; j < n && kind != 0; ++j) {
            for (std::int64_t i = j + 1; i < n && i - j <= lower; ++i) {
              auto x = a.get(j, i);
              if constexpr (is_complex(dtype_of<TypeParam>())) {
                if (kind >= 2) x = std::conj(x);
              }
              a.set(i, j, x);
            }
          }
          const auto wanted = expected_facts(a);
          if (kind != 0 && lower == upper) {
            EXPECT_TRUE(kind == 1 ? wanted.symmetric : wanted.hermitian);
          }
          expect_same(cpu::inspect(a.view(), {}), wanted);
          expect_same(cpu::inspect(a.view(), {.threads = 2}), wanted);
        });
      }
    }
  });
}

TYPED_TEST(Inspect, OneElementBreaksSymmetryWhereverItIs) {
  constexpr std::int64_t n = 67;
  strided_matrix<TypeParam> a(n, n, 1, n);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < n; ++i)
      a.set(i, j, TypeParam(1) / static_cast<TypeParam>(static_cast<float>(i + j + 1)));
  }
  EXPECT_TRUE(cpu::inspect(a.view(), {}).symmetric);
  for (std::int64_t j = 0; j < n; ++j) {
    for (std::int64_t i = 0; i < n; ++i) {
      if (i == j) continue;
      const auto before = a.get(i, j);
      a.set(i, j,
            before * TypeParam(component(dtype_of<TypeParam>()) == float32
                                   ? 0x1.000002p0F
                                   : static_cast<decltype(std::abs(before))>(0x1.0000000000001p0)));
      const auto found = cpu::inspect(a.view(), {});
      EXPECT_FALSE(found.symmetric || found.hermitian) << i << ", " << j;
      a.set(i, j, before);
    }
  }
}

TYPED_TEST(Inspect, TheFirstNonFiniteElementIsNamedInEitherOrder) {
  for_each_isa([] {
    std::mt19937_64 random(3);
    using limits = std::numeric_limits<float>;
    for (const auto& [m, n] : {std::pair{1, 1}, {5, 5}, {66, 66}, {300, 9}, {9, 300}}) {
      for_each_layout<TypeParam>(m, n, [&](strided_matrix<TypeParam>& a) {
        for (int round = 0; round < 8; ++round) {
          fill(a, random);
          std::array<std::int64_t, 2> in_rows = {m, n};
          std::array<std::int64_t, 2> in_columns = {n, m};
          for (int k = 0; k <= round % 3; ++k) {
            const auto i = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(m));
            const auto j = static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
            const float bad = k == 0 ? limits::quiet_NaN() : k == 1 ? limits::infinity() : -limits::infinity();
            if constexpr (is_complex(dtype_of<TypeParam>())) {
              a.set(i, j, round % 2 == 0 ? TypeParam{1, bad} : TypeParam{bad, 0});
            } else {
              a.set(i, j, bad);
            }
            in_rows = std::min(in_rows, {i, j});
            in_columns = std::min(in_columns, {j, i});
          }
          const auto found = cpu::inspect(a.view(), {});
          EXPECT_FALSE(found.finite);
          EXPECT_EQ(found.first_non_finite, in_rows);
          const auto other = cpu::inspect(a.view(), {.structure = false, .c_order = false, .threads = 2});
          EXPECT_FALSE(other.finite);
          EXPECT_EQ(other.first_non_finite, (std::array{in_columns[1], in_columns[0]}));
        }
      });
    }
  });
}

TYPED_TEST(Inspect, NormsHoldAtTheEndsOfTheRange) {
  for_each_isa([] {
    std::mt19937_64 random(4);
    const bool wide = component(dtype_of<TypeParam>()) == float64;
    for (const int exponent :
         wide ? std::vector{1000, 600, 500, -500, -600, -1000, -1050} : std::vector{120, 60, -60, -120}) {
      for_each_layout<TypeParam>(19, 19, [&](strided_matrix<TypeParam>& a) {
        fill(a, random);
        for (std::int64_t j = 0; j < 19; ++j) {
          for (std::int64_t i = 0; i < 19; ++i) {
            if constexpr (is_complex(dtype_of<TypeParam>())) {
              using part = typename TypeParam::value_type;
              const TypeParam x = a.get(i, j);
              a.set(i, j, {std::ldexp(x.real(), exponent), static_cast<part>(std::ldexp(x.imag(), exponent))});
            } else {
              a.set(i, j, std::ldexp(a.get(i, j), exponent));
            }
          }
        }
        expect_same(cpu::inspect(a.view(), {}), expected_facts(a));
      });
    }
  });
}

TYPED_TEST(Inspect, FiniteElementsWithAnInfiniteSumAreFinite) {
  if constexpr (component(dtype_of<TypeParam>()) == float64) {
    strided_matrix<TypeParam> a(9, 9, 1, 9);
    std::mt19937_64 random(5);
    fill(a, random);
    a.set(3, 2, 1.7e308);
    a.set(4, 2, -1.7e308);
    const auto found = cpu::inspect(a.view(), {});
    EXPECT_TRUE(found.finite);
    EXPECT_EQ(found.norm_one, std::numeric_limits<double>::infinity());
    EXPECT_EQ(found.norm_max, 1.7e308);
    EXPECT_LT(found.norm_inf, std::numeric_limits<double>::infinity());
  }
}

TYPED_TEST(Inspect, LargeMatricesWithThreads) {
  std::mt19937_64 random(6);
  for (const auto& [m, n] : {std::pair{700, 700}, {40000, 12}, {12, 40000}}) {
    strided_matrix<TypeParam> a(m, n, 1, m);
    fill(a, random);
    const auto wanted = expected_facts(a);
    const auto before = cpu::used_teams();
    solving::facts found;
    for (int round = 0; round < 50 && cpu::used_teams().calls == before.calls; ++round) {
      found = cpu::inspect(a.view(), {.threads = cpu::thread_budget()});
    }
    expect_same(found, wanted);
    if (cpu::thread_budget() > 1) {
      EXPECT_GT(cpu::used_teams().calls, before.calls);
    }
  }
}

TEST(Inspect, AllOtherTypesAreReadAsFloat64) {
  for_each_isa([] {
    std::mt19937_64 random(7);
    const auto claim = [&](auto element) {
      using T = decltype(element);
      SCOPED_TRACE(name(dtype_of<T>()));
      for (const std::int64_t n : {1, 4, 37, 260}) {
        strided_matrix<T> a(n, n, 1, n);
        fill(a, random);
        expect_same(cpu::inspect(a.view(), {}), expected_facts(a));
      }
    };
    claim(bool{});
    claim(std::int8_t{});
    claim(std::int16_t{});
    claim(std::int32_t{});
    claim(std::int64_t{});
    claim(std::uint8_t{});
    claim(std::uint16_t{});
    claim(std::uint32_t{});
    claim(std::uint64_t{});
  });
}

TEST(Inspect, NothingIsFiniteSymmetricAndWithoutNorm) {
  for (const auto& [m, n] : {std::pair{0, 0}, {0, 3}, {3, 0}}) {
    strided_matrix<double> a(m, n, 1, m);
    const auto found = cpu::inspect(a.view(), {});
    EXPECT_TRUE(found.finite);
    EXPECT_EQ(found.norm_one + found.norm_inf + found.norm_max, 0);
    EXPECT_EQ(found.symmetric, m == n);
  }
}

TEST(Inspect, WithoutStructureAMatrixIsGeneral) {
  strided_matrix<double> a(6, 6, 1, 6);
  for (std::int64_t j = 0; j < 6; ++j) {
    for (std::int64_t i = 0; i < 6; ++i) a.set(i, j, i == j ? 2 : 0);
  }
  const auto found = cpu::inspect(a.view(), {.structure = false});
  EXPECT_EQ(found.lower_bandwidth, 5);
  EXPECT_EQ(found.upper_bandwidth, 5);
  EXPECT_FALSE(found.symmetric || found.hermitian || found.positive_diagonal);
  EXPECT_EQ(found.norm_one, 2);
}

}  // namespace
}  // namespace gpucompute
