// SPDX-License-Identifier: Apache-2.0
// Each primitive on pairs of edge values against a definition that shares no code with the loops: 128-bit integers for
// integers, the C library for reals.
#include <algorithm>
#include <bit>
#include <functional>
#include <memory>

#include "tests/cpu/interpret/loops.hpp"

namespace gpucompute::cpu::interpret {
namespace {

using testing::edges;
using testing::same;
__extension__ using wide = __int128;
__extension__ using unsigned_wide = unsigned __int128;

/// Blocks of all pairs of edge values, in both instruction sets, at the lengths around a vector's as well.
template <typename Result, typename T>
void check(std::string_view name, const std::function<Result(T, T, T)>& expected) {
  const std::vector<T> values = edges<T>();
  const std::size_t n = values.size();
  const std::size_t all = std::max<std::size_t>(n * n, 65);
  const auto a = std::make_unique<T[]>(all), b = std::make_unique<T[]>(all), c = std::make_unique<T[]>(all);
  for (std::size_t i = 0; i < all; ++i) {
    a[i] = values[i / n % n];
    b[i] = values[i % n];
    c[i] = values[i * 7 % n];
  }
  for (const isa which : testing::instruction_sets()) {
    const primitive* const row = tables_for(which).find(name);
    ASSERT_NE(row, nullptr) << name;
    const block_function run = row->run[static_cast<std::size_t>(dtype_of<T>())];
    ASSERT_NE(run, nullptr) << name << " of " << gpucompute::name(dtype_of<T>());
    for (const std::size_t count : {all, std::size_t{1}, std::size_t{13}, std::size_t{65}}) {
      const auto out = std::make_unique<Result[]>(count + 1);
      std::memset(static_cast<void*>(out.get()), 0x5a, (count + 1) * sizeof(Result));
      run(out.get(), a.get(), b.get(), c.get(), count);
      for (std::size_t i = 0; i < count; ++i) {
        ASSERT_TRUE(same(out[i], expected(a[i], b[i], c[i])))
            << name << " of " << gpucompute::name(dtype_of<T>()) << " (" << +a[i] << ", " << +b[i] << ", " << +c[i]
            << "): " << +out[i] << " not " << +expected(a[i], b[i], c[i])
            << (which == isa::avx2 ? " AVX2" : " AVX-512");
      }
      unsigned char behind;
      std::memcpy(&behind, out.get() + count, 1);
      ASSERT_EQ(behind, 0x5a) << name;
    }
  }
}

template <typename T>
void check_comparisons() {
  check<bool, T>("equal", [](T a, T b, T) { return a == b; });
  check<bool, T>("not_equal", [](T a, T b, T) { return a != b; });
  check<bool, T>("less", [](T a, T b, T) { return a < b; });
  check<bool, T>("less_equal", [](T a, T b, T) { return a <= b; });
  check<bool, T>("greater", [](T a, T b, T) { return a > b; });
  check<bool, T>("greater_equal", [](T a, T b, T) { return a >= b; });
}

template <typename T>
void check_integer() {
  const auto exact = [](std::string_view name, wide (*definition)(wide, wide)) {
    check<T, T>(name, [definition](T a, T b, T) { return static_cast<T>(definition(a, b)); });
  };
  exact("add", [](wide a, wide b) { return a + b; });
  exact("subtract", [](wide a, wide b) { return a - b; });
  check<T, T>("multiply", [](T a, T b, T) {
    return static_cast<T>(static_cast<unsigned_wide>(static_cast<wide>(a)) *
                          static_cast<unsigned_wide>(static_cast<wide>(b)));
  });
  exact("divide_truncated", [](wide a, wide b) { return b == 0 ? 0 : a / b; });
  exact("remainder_truncated", [](wide a, wide b) { return b == 0 ? 0 : a % b; });
  exact("negative", [](wide a, wide) { return -a; });
  exact("abs", [](wide a, wide) { return a < 0 ? -a : a; });
  exact("minimum", [](wide a, wide b) { return a < b ? a : b; });
  exact("maximum", [](wide a, wide b) { return a < b ? b : a; });
  exact("bitwise_and", [](wide a, wide b) { return a & b; });
  exact("bitwise_or", [](wide a, wide b) { return a | b; });
  exact("bitwise_xor", [](wide a, wide b) { return a ^ b; });
  exact("invert", [](wide a, wide) { return ~a; });
  constexpr int width = 8 * static_cast<int>(sizeof(T));
  check<T, T>("left_shift", [](T a, T b, T) {
    const wide count = b;  // NOLINT(bugprone-signed-char-misuse): a number in every type
    return count < 0 || count >= width ? T(0)
                                       : static_cast<T>(static_cast<unsigned_wide>(static_cast<wide>(a)) << count);
  });
  check<T, T>("right_shift", [](T a, T b, T) {
    const wide count = b;  // NOLINT(bugprone-signed-char-misuse): a number in every type
    return static_cast<T>(static_cast<wide>(a) >> (count < 0 || count >= width ? 100 : static_cast<int>(count)));
  });
  check<std::uint8_t, T>("popcount", [](T a, T, T) {
    return static_cast<std::uint8_t>(std::popcount(static_cast<std::make_unsigned_t<T>>(a)));
  });
  check_comparisons<T>();
}

template <typename T>
T smaller(T a, T b) {
  return std::isnan(a) || std::isnan(b) ? a + b : a == b ? (std::signbit(a) ? a : b) : a < b ? a : b;
}

template <typename T>
void check_real() {
  check<T, T>("add", [](T a, T b, T) { return a + b; });
  check<T, T>("subtract", [](T a, T b, T) { return a - b; });
  check<T, T>("multiply", [](T a, T b, T) { return a * b; });
  check<T, T>("divide", [](T a, T b, T) { return a / b; });
  check<T, T>("negative", [](T a, T, T) { return -a; });
  check<T, T>("abs", [](T a, T, T) { return std::fabs(a); });
  check<T, T>("copysign", [](T a, T b, T) { return std::copysign(a, b); });
  check<T, T>("fma", [](T a, T b, T c) { return std::fma(a, b, c); });
  check<T, T>("sqrt", [](T a, T, T) { return std::sqrt(a); });
  check<T, T>("floor", [](T a, T, T) { return std::floor(a); });
  check<T, T>("ceil", [](T a, T, T) { return std::ceil(a); });
  check<T, T>("trunc", [](T a, T, T) { return std::trunc(a); });
  check<T, T>("rint", [](T a, T, T) { return std::nearbyint(a); });
  check<T, T>("minimum", [](T a, T b, T) { return smaller(a, b); });
  check<T, T>("maximum", [](T a, T b, T) { return -smaller(-a, -b); });
  check_comparisons<T>();
}

TEST(Primitives, Int8) { check_integer<std::int8_t>(); }
TEST(Primitives, Int16) { check_integer<std::int16_t>(); }
TEST(Primitives, Int32) { check_integer<std::int32_t>(); }
TEST(Primitives, Int64) { check_integer<std::int64_t>(); }
TEST(Primitives, Uint8) { check_integer<std::uint8_t>(); }
TEST(Primitives, Uint16) { check_integer<std::uint16_t>(); }
TEST(Primitives, Uint32) { check_integer<std::uint32_t>(); }
TEST(Primitives, Uint64) { check_integer<std::uint64_t>(); }
TEST(Primitives, Float32) { check_real<float>(); }
TEST(Primitives, Float64) { check_real<double>(); }

TEST(Primitives, Bool) {
  check<bool, bool>("bitwise_and", [](bool a, bool b, bool) { return a && b; });
  check<bool, bool>("bitwise_or", [](bool a, bool b, bool) { return a || b; });
  check<bool, bool>("bitwise_xor", [](bool a, bool b, bool) { return a != b; });
  check<bool, bool>("invert", [](bool a, bool, bool) { return !a; });
}

template <typename T>
void check_where() {
  const std::vector<T> values = edges<T>();
  constexpr std::size_t count = 1500;
  bool flags[count];
  T b[count], c[count], out[count];
  for (std::size_t i = 0; i < count; ++i) {
    flags[i] = i % 3 == 1;
    b[i] = values[i % values.size()];
    c[i] = values[(i * 5 + 1) % values.size()];
  }
  for (const isa which : testing::instruction_sets()) {
    tables_for(which).find("where")->run[static_cast<std::size_t>(dtype_of<T>())](out, flags, b, c, count);
    for (std::size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(same(out[i], flags[i] ? b[i] : c[i])) << gpucompute::name(dtype_of<T>()) << " at " << i;
    }
  }
}

TEST(Primitives, WhereSelectsOnEveryType) {
  check_where<bool>();
  check_where<std::int8_t>();
  check_where<std::int16_t>();
  check_where<std::int32_t>();
  check_where<std::int64_t>();
  check_where<std::uint8_t>();
  check_where<std::uint16_t>();
  check_where<std::uint32_t>();
  check_where<std::uint64_t>();
  check_where<float>();
  check_where<double>();
}

}  // namespace
}  // namespace gpucompute::cpu::interpret
