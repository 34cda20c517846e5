// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <gtest/gtest.h>
#include <immintrin.h>
#include <omp.h>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "cpu/runtime/team.hpp"

namespace gpucompute::cpu {
namespace {

/// How often each unit was visited.
std::vector<int> visits(int threads, std::int64_t units, std::int64_t grain) {
  std::vector<int> count(static_cast<std::size_t>(units));
  parallel_ranges(threads, units, grain, [&](std::int64_t begin, std::int64_t end) {
    for (std::int64_t i = begin; i < end; ++i) {
      ++count[static_cast<std::size_t>(i)];
    }
  });
  return count;
}

TEST(Team, EveryUnitIsVisitedOnce) {
  for (const int threads : {1, 2, 3, 7}) {
    for (const std::int64_t units : {0, 1, 2, 63, 64, 65, 1000, 4097}) {
      for (const std::int64_t grain : {1, 64, 5000}) {
        const auto count = visits(threads, units, grain);
        EXPECT_EQ(count, std::vector<int>(static_cast<std::size_t>(units), 1))
            << threads << " " << units << " " << grain;
      }
    }
  }
}

TEST(Team, CutsLieAtMultiplesOfTheGrain) {
  std::atomic<int> misplaced = 0;
  parallel_ranges(3, 1000, 64, [&](std::int64_t begin, std::int64_t end) {
    misplaced += begin % 64 != 0 || (end % 64 != 0 && end != 1000);
  });
  EXPECT_EQ(misplaced, 0);
}

TEST(Team, FirstExceptionReachesTheCaller) {
  const auto failing = [](std::int64_t begin, std::int64_t) {
    if (begin != 0) {
      throw std::runtime_error("a unit failed");
    }
  };
  EXPECT_THROW(parallel_ranges(2, 100, 1, failing), std::runtime_error);
  EXPECT_EQ(visits(2, 100, 1), std::vector<int>(100, 1));
}

TEST(Team, SmallWorkStaysInItsThread) {
  EXPECT_EQ(sharing_worth(1000, 64).threads, 1);
  EXPECT_GT(sharing_worth(1e9, 64).threads, 32);
  EXPECT_EQ(sharing_worth(1e12, 4).threads, 4);
  EXPECT_EQ(sharing_worth(1e12, 1).threads, 1);
}

TEST(Team, CallsFromInsideAnOpenMpRegionRunInTheirThread) {
  std::atomic<int> wrong = 0;
#pragma omp parallel num_threads(2)
  {
    const auto self = std::this_thread::get_id();
    parallel_ranges(4, 1000, 1, [&](std::int64_t, std::int64_t) { wrong += std::this_thread::get_id() != self; });
  }
  EXPECT_EQ(wrong, 0);
}

TEST(Team, OpenMpSettingsAreLeftAlone) {
  const int threads = omp_get_max_threads();
  const int levels = omp_get_max_active_levels();
  visits(3, 1000, 1);
  EXPECT_EQ(omp_get_max_threads(), threads);
  EXPECT_EQ(omp_get_max_active_levels(), levels);
}

TEST(Team, ManyThreadsAtOnceFinish) {
  std::atomic<int> bad = 0;
  std::vector<std::thread> callers;
  callers.reserve(32);
  for (int k = 0; k < 32; ++k) {
    callers.emplace_back([&] {
      for (int round = 0; round < 10; ++round) {
        bad += visits(2, 500, 1) != std::vector<int>(500, 1);
      }
    });
  }
  for (std::thread& each : callers) {
    each.join();
  }
  EXPECT_EQ(bad, 0);
}

TEST(Team, CallersAtOnceShareOneTeam) {
  constexpr int callers = 32;
  const team_use before = used_teams();
  std::atomic<int> at_work = 0;
  std::atomic<int> helpers = 0;
  std::atomic<int> most_helpers = 0;
  std::vector<std::thread> threads;
  threads.reserve(callers);
  for (int k = 0; k < callers; ++k) {
    threads.emplace_back([&] {
      const auto self = std::this_thread::get_id();
      bool counted = false;
      parallel_ranges(2, 500, 1, [&](std::int64_t, std::int64_t) {
        if (std::this_thread::get_id() != self) {
          const int now = ++helpers;
          for (int seen = most_helpers; seen < now && !most_helpers.compare_exchange_weak(seen, now);) {
          }
        } else if (!counted) {
          counted = true;
          ++at_work;
        }
        // Nobody leaves before all are at work, so that whoever may have a team has it at the same time.
        while (at_work < callers) {
          std::this_thread::yield();
        }
        helpers -= std::this_thread::get_id() != self;
      });
    });
  }
  for (std::thread& each : threads) {
    each.join();
  }
  EXPECT_LE(most_helpers, 1) << "one team at a time, of two threads";
  EXPECT_EQ(used_teams().calls, before.calls + 1);
  EXPECT_EQ(used_teams().threads, before.threads + 2);
}

TEST(Team, ForkedChildAndItsParentBothGoOn) {
  visits(2, 1000, 1);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const auto self = std::this_thread::get_id();
    bool own = true;
    parallel_ranges(2, 1000, 1, [&](std::int64_t, std::int64_t) { own = own && std::this_thread::get_id() == self; });
    _exit(own && visits(2, 1000, 1) == std::vector<int>(1000, 1) ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_EQ(visits(2, 1000, 1), std::vector<int>(1000, 1));
}

TEST(Team, WorkersRoundToNearestAndKeepDenormalsWhateverTheCallerHasSet) {
  visits(2, 1000, 1);
  const unsigned before = _mm_getcsr();
  _mm_setcsr(before | 0x8040 | 0x6000);  // flush to zero, denormals are zero, towards zero
  std::atomic<int> wrong = 0;
  parallel_ranges(2, 1000, 1, [&](std::int64_t, std::int64_t) { wrong += (_mm_getcsr() & 0xFFC0U) != 0x1F80U; });
  const unsigned after = _mm_getcsr();
  _mm_setcsr(before);
  EXPECT_EQ(wrong, 0);
  EXPECT_EQ(after & 0xFFC0U, (before | 0x8040 | 0x6000) & 0xFFC0U) << "the caller's settings are his";
}

TEST(Team, WhoMeetsABusyTeamMayLeadOneLater) {
  // More threads than may lead teams: each calls once while the team is at work, and lives on.
  constexpr int callers = 20;
  std::atomic<int> done = 0;
  std::atomic<bool> leave = false;
  std::vector<std::thread> waiting;
  parallel_ranges(2, 2, 1, [&](std::int64_t begin, std::int64_t) {
    if (begin != 0) {
      return;
    }
    for (int k = 0; k < callers; ++k) {
      waiting.emplace_back([&] {
        visits(2, 100, 1);
        ++done;
        leave.wait(false);
      });
    }
    while (done < callers) {
      std::this_thread::yield();
    }
  });
  std::thread([] {
    const auto self = std::this_thread::get_id();
    std::atomic<int> others = 0;
    parallel_ranges({2, 1}, 2, 1, [&](std::int64_t, std::int64_t) { others += std::this_thread::get_id() != self; });
    EXPECT_EQ(others, 1);
  }).join();
  leave = true;
  leave.notify_all();
  for (std::thread& each : waiting) {
    each.join();
  }
}

}  // namespace
}  // namespace gpucompute::cpu
