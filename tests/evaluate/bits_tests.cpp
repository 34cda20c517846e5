// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <cstring>
#include <gtest/gtest.h>
#include <random>
#include <set>
#include <span>
#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

#include "cpu/isa.hpp"
#include "cpu/runtime/team.hpp"

// The promise of docs/language.md, all of it at once: an element's bits depend on nothing but its operands.

namespace gpucompute {
namespace {

// Read once, at the first launch: more threads than cores belong to the test on any machine.
const bool seven_threads = setenv("GPUCOMPUTE_NUM_THREADS", "7", 1) == 0;

constexpr std::int64_t count = 100'003;

std::vector<double> numbers(unsigned seed) {
  std::mt19937_64 random(seed);
  std::uniform_real_distribution<double> between(-20, 20);
  std::vector<double> made(count);
  for (double& each : made) each = between(random);
  return made;
}

const std::vector<double> x = numbers(1), y = numbers(2);

std::string bytes_of(const array& from) {
  const std::size_t bytes = static_cast<std::size_t>(from.size()) * size_of(from.type());
  std::string text(bytes, '\0');
  std::memcpy(text.data(), from.data(), bytes);
  return text;
}

struct way {
  cpu::isa set;
  gpucompute::tier tier;
  int threads;
};

std::vector<way> ways() {
  std::vector<way> all;
  for (const cpu::isa set : cpu::every_isa) {
    for (const gpucompute::tier tier : {tier::interpreter, tier::jit}) {
      if (!cpu::supports(set) || (tier == tier::jit && !GPUCOMPUTE_EXPECT_JIT)) continue;
      for (const int threads : {1, 2, 3, 7}) all.push_back({set, tier, threads});
    }
  }
  return all;
}

/// Team sizes that some call had.
std::set<std::int64_t> teams;

std::string run(const std::string& text, std::span<const double> a, std::span<const double> b, const way& by) {
  // A team that is awake takes work that it would not be woken for.
  if (by.threads > 1) cpu::parallel_ranges({by.threads, 1}, by.threads, 1, [](std::int64_t, std::int64_t) {});
  const cpu::team_use before = cpu::used_teams();
  setenv("GPUCOMPUTE_CPU_ISA", std::string(cpu::name(by.set)).c_str(), 1);  // read when a kernel is prepared
  const array made =
      compile(text, {{"x", float64}, {"y", float64}}, {.tier = by.tier})({{"x", a}, {"y", b}}, {.threads = by.threads});
  unsetenv("GPUCOMPUTE_CPU_ISA");
  const cpu::team_use after = cpu::used_teams();
  if (after.calls > before.calls) teams.insert((after.threads - before.threads) / (after.calls - before.calls));
  return bytes_of(made);
}

std::string described(const std::string& text, const way& by) {
  return text + ", " + std::string(cpu::name(by.set)) + (by.tier == tier::jit ? ", jit, " : ", interpreter, ") +
         std::to_string(by.threads) + " threads";
}

constexpr const char* elementwise[] = {"sin(x)*exp(y) + x/y",
                                       "abs(x)**y + tan(x) - log(abs(y) + 1)",
                                       "where(x < y, float32(x)*float32(y), sqrt(float32(abs(x))))",
                                       "complex(x, y)*exp(1j*x) - sqrt(complex64(x))",
                                       "int32(x*100) // 7 + int64(y) % 5",
                                       "lgamma(x) + erf(y)*cbrt(x) - hypot(x, y)"};
constexpr const char* reductions[] = {"sum(x*y)", "mean(float32(x))",   "prod(1 + x/1e6)",
                                      "var(y)",   "sum(complex(x, y))", "max(x) - argmin(y)"};

TEST(Bits, AreTheSameOnAnyThreadsInstructionSetAndTier) {
  for (const std::span<const char* const> texts : {std::span<const char* const>(elementwise), {reductions}}) {
    for (const std::string text : texts) {
      const std::string expected = run(text, x, y, ways().front());
      for (const way& by : ways()) EXPECT_TRUE(run(text, x, y, by) == expected) << described(text, by);
    }
  }
  for (const std::int64_t size : {2, 3, 7}) EXPECT_EQ(teams.count(size), 1U) << "no call had a team of " << size;
}

TEST(Bits, OfAnElementAreTheSameWhereverTheArrayIsCut) {
  const std::span<const double> all_x = x, all_y = y;
  for (const std::string text : elementwise) {
    const std::string whole = run(text, x, y, ways().front());
    const std::size_t size = whole.size() / count;
    for (const way& by : ways()) {
      for (const std::size_t first : {1U, 7U, 31U, 4095U, 99990U}) {
        for (const std::size_t length : {1U, 5U, 13U}) {
          const std::string part = run(text, all_x.subspan(first, length), all_y.subspan(first, length), by);
          EXPECT_TRUE(part == whole.substr(first * size, length * size))
              << described(text, by) << ", " << length << " elements from " << first;
        }
      }
    }
  }
}

}  // namespace
}  // namespace gpucompute
