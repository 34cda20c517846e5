// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <new>

#include <gpucompute/gpucompute.hpp>

// operator new of this program fails when it is told to: no std::bad_alloc may leave the library.

namespace {
std::atomic<long> calls = 0;
std::atomic<long> failing = -1;

void* block_of(std::size_t bytes) {
  return calls.fetch_add(1) == failing.load() ? nullptr : std::malloc(bytes == 0 ? 1 : bytes);
}
}  // namespace

// Not inlined: GCC would see memory of malloc beside its own idea of new.
[[gnu::noinline]] void* operator new(std::size_t bytes) {
  void* const block = block_of(bytes);
  return block != nullptr ? block : throw std::bad_alloc();
}
[[gnu::noinline]] void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return block_of(bytes); }
[[gnu::noinline]] void operator delete(void* block) noexcept { std::free(block); }
[[gnu::noinline]] void operator delete(void* block, std::size_t) noexcept { std::free(block); }

namespace gpucompute {
namespace {

/// Fails the first, the second, ... block that `work` asks for until it gets through.
template <typename Work>
void fail_each_block(Work work) {
  bool through = false;
  for (long k = 0; !through && k < 100000; ++k) {
    calls = 0;
    failing = k;
    try {
      work(k);
      // A failure may be absorbed: a block that could not be kept is none that is needed.
      through = calls <= k;
    } catch (const out_of_memory& failure) {
      failing = -1;
      EXPECT_NE(std::string(failure.what()), "");
    } catch (const std::exception& failure) {
      failing = -1;
      ADD_FAILURE() << "block " << k << ": " << failure.what();
    }
  }
  failing = -1;
  EXPECT_TRUE(through);
}

TEST(SmallMemory, EvaluateThrowsOutOfMemory) {
  const std::vector<double> a(5000, 1.5);
  for (const char* text : {"sum(a*%ld) + a", "(a - mean(a))/std(a)*%ld", "x = a + %ld; y = sum(x, axis=0); x*y",
                           "argmax(a) + %ld + gamma(a)"}) {
    fail_each_block([&](long k) {
      char fresh[100];  // a text that no cache knows
      std::snprintf(fresh, sizeof fresh, text, k);
      evaluate(fresh, {{"a", a}}, {.threads = 2, .tier = tier::interpreter});
    });
  }
  EXPECT_EQ(evaluate("sum(a)", {{"a", a}}).item<double>(), 7500);
}

/// Takes the refusal that `action` may end in; other errors go on.
template <typename Refusal, typename Action>
void refusable(const Action& action) {
  try {
    action();
  } catch (const Refusal&) {  // NOLINT(bugprone-empty-catch)
  }
}

TEST(SmallMemory, MistakesAreStillErrorsOfOurs) {
  const std::vector<double> a(3);
  fail_each_block([&](long) { refusable<name_error>([&] { evaluate("a + sinn(a)", {{"a", a}}); }); });
  fail_each_block([&](long) {
    refusable<invalid_argument>([&] { array::from(array_view(nullptr, float64, {3})).item<float>(); });
  });
}

TEST(SmallMemory, ExpressionsArraysAndDevicesThrowOutOfMemory) {
  fail_each_block(
      [](long) { evaluate(sin(expression(array::zeros(float32, {3}))) * 2 + sum(expression(-1.2345678901234567))); });
  fail_each_block([](long) { to_string(dimensions{1000000, 1000000, 1000000, 1000000}); });
  fail_each_block([](long) { devices(); });
}

TEST(SmallMemory, ViewsAndStatisticsThrowOutOfMemory) {
  const double number = 0;
  fail_each_block([&](long) {
    refusable<invalid_argument>([&] { array_view(&number, float64, {3, 4, 5, 6, 7, 8}, {1}); });
  });
  fail_each_block([&](long) {
    refusable<invalid_argument>([&] { array_view(&number, float64, {1000000, 1000000, 1000000, 1000000}); });
  });
  fail_each_block([](long) { statistics(device("cpu")); });
  fail_each_block([](long) { refusable<device_unavailable>([&] { statistics(device("cuda:7")); }); });
}

TEST(SmallMemory, AnExpressionGoesWithoutMemory) {
  const expression leaf = array::zeros(float64, {3});
  const auto spread = [&leaf](auto&& self, int depth) -> expression {
    return depth == 0 ? leaf * 2.0 : where(self(self, depth - 1) < 1.0, self(self, depth - 1), self(self, depth - 1));
  };
  auto all = std::make_unique<expression>(spread(spread, 6));
  for (int i = 0; i < 20000; ++i) {
    *all = i % 2 == 0 ? *all + *all : 2.0 * *all;
  }
  calls = 0;
  failing = 0;
  all.reset();
  failing = -1;
  EXPECT_EQ(calls, 0);
}

TEST(SmallMemory, ACallOfACompiledFunctionThrowsOutOfMemory) {
  const std::vector<double> a(5000, 1.5);
  const function made = compile("sum(a) + a", {{"a", float64}});
  made({{"a", a}});
  fail_each_block([&](long) { made({{"a", a}}); });
}

}  // namespace
}  // namespace gpucompute
