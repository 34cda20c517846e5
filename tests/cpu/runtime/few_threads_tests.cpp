// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cerrno>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <mutex>
#include <pthread.h>
#include <set>
#include <thread>
#include <vector>

#include "cpu/runtime/team.hpp"

// pthread_create of this program refuses when too many threads live, OpenMP's calls of it included.

namespace {

constexpr int unlimited = 1 << 20;
std::atomic<int> living = 1;
std::atomic<int> most_living = unlimited;
std::atomic<int> refused = 0;

struct started {
  void* (*run)(void*);
  void* argument;
};

void* count_while_it_runs(void* given) {
  const started work = *static_cast<started*>(given);
  delete static_cast<started*>(given);
  void* result = nullptr;
  pthread_cleanup_push([](void*) { --living; }, nullptr);
  result = work.run(work.argument);
  pthread_cleanup_pop(1);
  return result;
}

}  // namespace

extern "C" int pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                              void* argument) noexcept {
  using create = int (*)(pthread_t*, const pthread_attr_t*, void* (*)(void*), void*);
  static const auto real = reinterpret_cast<create>(dlsym(RTLD_NEXT, "pthread_create"));
  if (++living > most_living) {
    --living;
    ++refused;
    return EAGAIN;
  }
  // NOLINTNEXTLINE(bugprone-unhandled-exception-at-new): without memory the test ends
  return real(thread, attributes, count_while_it_runs, new started{run, argument});
}

namespace gpucompute::cpu {
namespace {

/// How many threads took part in work that gives each of `threads` one piece.
std::size_t members(int threads) {
  std::mutex mutex;
  std::set<std::thread::id> seen;
  std::vector<int> visits(static_cast<std::size_t>(threads));
  parallel_ranges({threads, 1}, threads, 1, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) ++visits[static_cast<std::size_t>(i)];
    const std::lock_guard lock(mutex);
    seen.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(visits, std::vector<int>(static_cast<std::size_t>(threads), 1));
  return seen.size();
}

/// In a process of its own: OpenMP's last word is exit(1). Prints nothing and exits with 0 when no expectation failed.
template <typename Work>
void in_a_process(Work work) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        work();
        _exit(::testing::Test::HasFailure() ? 3 : 0);
      },
      ::testing::ExitedWithCode(0), "^$");
}

TEST(FewThreads, WithoutThreadsToStartWorkIsDoneAlone) {
  in_a_process([] {
    most_living = 1;
    EXPECT_EQ(members(8), 1U);
  });
}

TEST(FewThreads, ATeamThatShrankGrowsOnlyAsFarAsThreadsCanBeHad) {
  in_a_process([] {
    EXPECT_EQ(members(8), 8U);
    EXPECT_EQ(members(2), 2U);
    while (living > 2) std::this_thread::yield();  // those that are no longer needed go
    most_living = 4;
    EXPECT_EQ(members(8), 2U) << "the two that are there";
    EXPECT_EQ(members(2), 2U);
  });
}

TEST(FewThreads, ATeamIsNoLargerThanItsPiecesWhenThreadsAreCounted) {
  in_a_process([] {
    most_living = 3;
    std::atomic<int> parts = 0;
    parallel_ranges({1000, 1}, 3, 1, [&](std::int64_t, std::int64_t) { ++parts; });
    EXPECT_EQ(parts, 3);
    EXPECT_EQ(refused, 0);
  });
}

TEST(FewThreads, ARefusalIsNotAskedForAgainAtOnce) {
  in_a_process([] {
    most_living = 1;
    for (int call = 0; call < 100; ++call) EXPECT_EQ(members(4), 1U);
    EXPECT_LE(refused, 10);  // a refusal holds for a tenth of a second
  });
}

TEST(FewThreads, ThreadsThatCanBeHadAgainAreUsed) {
  in_a_process([] {
    most_living = 1;
    EXPECT_EQ(members(4), 1U);
    most_living = unlimited;
    while (members(4) == 1) std::this_thread::sleep_for(std::chrono::milliseconds(10));
  });
}

}  // namespace
}  // namespace gpucompute::cpu
