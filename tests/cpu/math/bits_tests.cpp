// SPDX-License-Identifier: Apache-2.0
#include <bit>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <type_traits>

#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/math/call.hpp"

namespace gpucompute::cpu::math {
namespace {

constexpr std::size_t count = 1 << 16;

template <typename T>
std::vector<T> edges() {
  using limits = std::numeric_limits<T>;
  if constexpr (std::is_integral_v<T>) {
    return {0, 1, static_cast<T>(-1), 2, 3, limits::min(), limits::max(), 7, 8, 63, 64};
  } else {
    std::vector<T> found{0, -T{0}, limits::infinity(), -limits::infinity(), limits::quiet_NaN()};
    for (const double x : {static_cast<double>(limits::denorm_min()),
                           static_cast<double>(limits::min()),
                           0x1p-60,
                           0x1p-28,
                           0x1p-13,
                           0.5,
                           1.0,
                           1.5,
                           2.0,
                           3.0,
                           9.5,
                           34.5,
                           88.8,
                           89.3,
                           170.5,
                           182.25,
                           709.79,
                           710.4,
                           745.1,
                           2.4570247382208006,
                           2.7476826467274127,
                           1e18,
                           1e30,
                           static_cast<double>(limits::max())}) {
      found.push_back(static_cast<T>(x));
      found.push_back(static_cast<T>(-x));
    }
    return found;
  }
}

/// Uniform bit patterns, uniform values in the function's range, and edges, in an order that mixes all in a register.
template <typename T>
std::vector<T> samples(const entry& function, int operand) {
  std::mt19937_64 random(42 + static_cast<unsigned>(operand));
  const range from = function.ranges[operand];
  const auto special = edges<T>();
  std::vector<T> found(count);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t bits = random();
    const double unit = static_cast<double>(random() >> 11) * 0x1p-53;
    switch (bits >> 62) {
      case 0:
        found[i] = special[random() % special.size()];
        break;
      case 1:
        found[i] = static_cast<T>(std::is_unsigned_v<T> ? unit * from.high : from.low + unit * (from.high - from.low));
        break;
      default:
        std::memcpy(&found[i], &bits, sizeof(T));
    }
  }
  return found;
}

/// The results of one register after another through `vector`.
template <typename T>
std::vector<T> run_vector(isa set, const entry& function, const std::vector<T>& a, const std::vector<T>& b) {
  std::vector<T> out(a.size());
  const std::size_t lanes = register_bytes(set) / sizeof(T);
  for (std::size_t i = 0; i < a.size(); i += lanes) call_vector(set, function, &out[i], &a[i], &b[i]);
  return out;
}

template <typename T>
void expect_same(const entry& function, const std::vector<T>& a, const std::vector<T>& b, const std::vector<T>& one,
                 const std::vector<T>& other, const char* what) {
  for (std::size_t i = 0; i < a.size(); ++i) {
    ASSERT_TRUE(same(one[i], other[i])) << function.symbol << '(' << +a[i] << ", " << +b[i] << ") differs between "
                                        << what << ": " << +one[i] << " and " << +other[i];
  }
}

/// Calls `check.operator()<T>(entry)` with the element type of each entry.
template <typename Check>
void for_each_entry(isa set, Check check) {
  for (const entry& function : entries(set)) {
    switch (function.type) {
#define GPUCOMPUTE_CASE(name, type)            \
  case name:                                   \
    check.template operator()<type>(function); \
    break;
      GPUCOMPUTE_CASE(float32, float)
      GPUCOMPUTE_CASE(float64, double)
      GPUCOMPUTE_CASE(int8, std::int8_t)
      GPUCOMPUTE_CASE(int16, std::int16_t)
      GPUCOMPUTE_CASE(int32, std::int32_t)
      GPUCOMPUTE_CASE(int64, std::int64_t)
      GPUCOMPUTE_CASE(uint8, std::uint8_t)
      GPUCOMPUTE_CASE(uint16, std::uint16_t)
      GPUCOMPUTE_CASE(uint32, std::uint32_t)
      GPUCOMPUTE_CASE(uint64, std::uint64_t)
      default:
        FAIL() << function.name << " has an unexpected type";
    }
  }
}

TEST(math_bits, AreTheSameInAvx2AndAvx512) {
  if (!supports(isa::avx512)) GTEST_SKIP() << "this CPU lacks avx512";
  for_each_entry(isa::avx2, []<typename T>(const entry& function) {
    const auto a = samples<T>(function, 0);
    const auto b = samples<T>(function, 1);
    const entry* wide = find(function.name, function.type, isa::avx512, false);
    ASSERT_NE(wide, nullptr);
    expect_same(function, a, b, run_vector(isa::avx2, function, a, b), run_vector(isa::avx512, *wide, a, b),
                "avx2 and avx512");
  });
}

TEST(math_bits, AreTheSameInBlockAndVectorForm) {
  for (const isa set : testing::instruction_sets()) {
    for_each_entry(set, [set]<typename T>(const entry& function) {
      const auto a = samples<T>(function, 0);
      const auto b = samples<T>(function, 1);
      expect_same(function, a, b, run_vector(set, function, a, b), run_block(function, a, b), "vector and block");
    });
  }
}

TEST(math_bits, DoNotDependOnPositionNeighboursOrTail) {
  for (const isa set : testing::instruction_sets()) {
    for_each_entry(set, []<typename T>(const entry& function) {
      auto a = samples<T>(function, 0);
      auto b = samples<T>(function, 1);
      a.resize(700);
      b.resize(700);
      const auto whole = run_block(function, a, b);
      for (std::size_t length = 0; length < 150; ++length) {
        for (const std::size_t start : {std::size_t{0}, std::size_t{1}, 3 * length + 5}) {
          std::vector<T> out(length + 2, T{77});
          function.block(out.data() + 1, a.data() + start, b.data() + start, length);
          ASSERT_EQ(out.front(), T{77}) << function.symbol;
          ASSERT_EQ(out.back(), T{77}) << function.symbol;
          for (std::size_t i = 0; i < length; ++i) {
            ASSERT_TRUE(same(out[i + 1], whole[start + i])) << function.symbol << " at " << i << " of " << length;
          }
        }
      }
    });
  }
}

TEST(math_bits, OfOddAndEvenFunctionsDifferInTheSignAlone) {
  for (const isa set : testing::instruction_sets()) {
    for_each_entry(set, []<typename T>(const entry& function) {
      if constexpr (std::is_floating_point_v<T>) {
        const bool odd = function.name == "sinh" || function.name == "tanh" || function.name == "tan";
        if (!odd && function.name != "cosh") return;
        const auto a = samples<T>(function, 0);
        auto mirrored = a;
        for (T& x : mirrored) x = -x;
        auto other = run_block(function, mirrored, a);
        if (odd) {
          for (T& x : other) x = -x;
        }
        expect_same(function, a, a, run_block(function, a, a), other, "an argument and its negative");
      }
    });
  }
}

TEST(math_bits, OutMayBeAnOperand) {
  for_each_entry(testing::instruction_sets().back(), []<typename T>(const entry& function) {
    const auto a = samples<T>(function, 0);
    const auto b = samples<T>(function, 1);
    const auto fresh = run_block(function, a, b);
    auto first = a;
    function.block(first.data(), first.data(), b.data(), first.size());
    expect_same(function, a, b, fresh, first, "a fresh output and the first operand");
    auto second = b;
    function.block(second.data(), a.data(), second.data(), second.size());
    expect_same(function, a, b, fresh, second, "a fresh output and the second operand");
  });
}

}  // namespace
}  // namespace gpucompute::cpu::math
