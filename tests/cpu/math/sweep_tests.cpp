// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <limits>
#include <random>
#include <string>
#include <string_view>

#include "tests/cpu/instruction_sets.hpp"
#include "tests/cpu/math/call.hpp"
#include "tests/cpu/math/ulp.hpp"

// The float32 functions against the float64 ones, far wider than an oracle file can reach: every 2^8th bit pattern of
// the unary ones (with GPUCOMPUTE_TEST_LONG every 2^4th, and every single one of those that are the library's own), random pairs of bit patterns for the binary ones.
namespace gpucompute::cpu::math {
namespace {

constexpr std::size_t chunk = 1 << 14;

bool long_run() { return std::getenv("GPUCOMPUTE_TEST_LONG") != nullptr; }

bool is_own(std::string_view name) {
  constexpr std::string_view own[] = {"exp", "expm1", "sinh", "cosh", "tanh", "tan", "log", "erfc"};
  return std::find(std::begin(own), std::end(own), name) != std::end(own);
}

/// The float64 function of the same name, precise where `function` is fast.
const entry& reference_of(isa set, const entry& function) {
  std::string base(function.name);
  if (base.ends_with("_fast")) base.resize(base.size() - 5);
  const entry* found = find(base, float64, set, false);
  EXPECT_NE(found, nullptr) << base;
  return *found;
}

struct worst_case {
  double ulp = 0;
  float a = 0;
  float b = 0;
};

/// Takes one chunk of inputs; false once an error is above the bound.
bool compare(const entry& function, const entry& reference, const std::vector<float>& a, const std::vector<float>& b,
             worst_case& worst) {
  const std::vector<float> got = run_block(function, a, b);
  const std::vector<double> exact =
      run_block(reference, std::vector<double>(a.begin(), a.end()), std::vector<double>(b.begin(), b.end()));
  for (std::size_t i = 0; i < a.size(); ++i) {
    const double scale = function.cancellation * std::max(std::abs(double{a[i]}), std::abs(double{b[i]}));
    const double ulp = ulp_distance<float>(got[i], exact[i], scale);
    if (ulp > worst.ulp) worst = {ulp, a[i], b[i]};
    // The reference has an error of its own, 2^-29 of a float32's unit.
    if (ulp > function.ulp + 1e-7) {
      ADD_FAILURE() << function.symbol << '(' << a[i] << ", " << b[i] << ") = " << got[i] << ", expected " << exact[i]
                    << ": " << ulp << " ULP";
      return false;
    }
  }
  return true;
}

void print(const entry& function, const worst_case& worst) {
  std::printf("%-34s %5.3f of %.1f ULP at (%a, %a)\n", function.symbol, worst.ulp, function.ulp, double{worst.a},
              double{worst.b});
}

TEST(math_sweep, UnaryFloat32IsWithinItsBoundOfFloat64) {
  const isa set = testing::instruction_sets().back();
  for (const entry& function : entries(set)) {
    if (function.type != float32 || function.arity != 1) continue;
    const entry& reference = reference_of(set, function);
    const std::uint64_t stride = !long_run() ? 257 : is_own(function.name) ? 1 : 17;
    worst_case worst;
    std::vector<float> a(chunk);
    const std::vector<float> unused(chunk);
    for (std::uint64_t bits = 0; bits <= std::numeric_limits<std::uint32_t>::max();) {
      for (float& x : a) {
        x = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        bits += stride;
      }
      if (!compare(function, reference, a, unused, worst)) break;
    }
    print(function, worst);
  }
}

TEST(math_sweep, BinaryFloat32IsWithinItsBoundOfFloat64) {
  const isa set = testing::instruction_sets().back();
  std::mt19937_64 random(7);
  for (const entry& function : entries(set)) {
    if (function.type != float32 || function.arity != 2 || function.name == "nextafter") continue;
    const entry& reference = reference_of(set, function);
    worst_case worst;
    std::vector<float> a(chunk);
    std::vector<float> b(chunk);
    for (int round = 0; round < (long_run() ? 4096 : 256); ++round) {
      for (std::size_t i = 0; i < chunk; ++i) {
        const auto bits = random();
        a[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits));
        b[i] = std::bit_cast<float>(static_cast<std::uint32_t>(bits >> 32));
        if (i % 2 == 0) continue;
        // Every other pair of nearby magnitudes, where neither operand drowns the other.
        a[i] = std::ldexp(1 + static_cast<float>(bits & 0xffff) / 0x1p16F, static_cast<int>(bits >> 58) - 32);
        b[i] = std::ldexp(1 + static_cast<float>((bits >> 16) & 0xffff) / 0x1p16F, static_cast<int>(bits >> 60) - 8);
        if (bits & 0x100000000U) b[i] = -b[i];
      }
      if (!compare(function, reference, a, b, worst)) break;
    }
    print(function, worst);
  }
}

}  // namespace
}  // namespace gpucompute::cpu::math
