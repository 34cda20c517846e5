// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "cpu/runtime/wake.hpp"

namespace gpucompute::cpu {
namespace {

constexpr double us = 1e3;
constexpr double ms = 1e6;

TEST(WakeModel, LargeWorkWakesASleepingTeam) {
  wake_model model;
  EXPECT_EQ(model.threads_for(100 * ms, 4, 0), 4);
  EXPECT_EQ(model.threads_for(100 * us, 4, 0), 1);
  EXPECT_EQ(model.threads_for(100 * ms, 1, 0), 1);
}

TEST(WakeModel, SmallWorkJoinsATeamThatIsAwake) {
  wake_model model;
  model.note(2, 0, 100 * us, 1 * us);
  EXPECT_EQ(model.threads_for(20 * us, 4, 1 * ms), 2) << "the team that is there, not one of another size";
  EXPECT_EQ(model.threads_for(1 * us, 4, 1 * ms), 1);
  EXPECT_EQ(model.threads_for(20 * us, 4, 100 * ms), 1) << "asleep by now";
}

TEST(WakeModel, SmallWorksInARowWakeTheTeamOnceTheyLostWhatThatCosts) {
  wake_model model;
  int calls = 1;
  for (; calls < 100 && model.threads_for(20 * us, 2, calls * 20 * us) == 1; ++calls) {
  }
  EXPECT_GT(calls, 4);
  EXPECT_LT(calls, 8);
}

TEST(WakeModel, SmallWorksFarApartDoNot) {
  wake_model model;
  for (int call = 1; call < 100; ++call) {
    EXPECT_EQ(model.threads_for(20 * us, 2, call * 10 * ms), 1);
  }
}

/// Calls before the team is woken, in a row of small works that ends after `length` calls.
int calls_alone(wake_model& model, double& now, int length) {
  int alone = 0;
  for (int call = 0; call < length; ++call, now += 20 * us) {
    const int threads = model.threads_for(20 * us, 2, now);
    alone += threads == 1;
    if (threads > 1) {
      model.note(threads, now, 10 * us, 1 * us);
    }
  }
  now += 100 * ms;
  return alone;
}

TEST(WakeModel, ATeamThatRepaidItselfIsWokenSoonerTheNextTime) {
  wake_model model;
  double now = 0;
  const int first = calls_alone(model, now, 50);
  EXPECT_GT(first, 4);
  EXPECT_LT(calls_alone(model, now, 50), first);
  EXPECT_EQ(calls_alone(model, now, 50), 0);
  calls_alone(model, now, 1);
  calls_alone(model, now, 1);
  calls_alone(model, now, 2);
  EXPECT_GT(calls_alone(model, now, 50), 1) << "rows too short to repay it are remembered as well";
}

TEST(WakeModel, AThreadThatLostItsProcessorIsNotWaitedForTwice) {
  wake_model model;
  model.note(2, 0, 100 * us, 1 * us);
  model.note(2, 1 * ms, 10 * us, 8 * ms);
  EXPECT_EQ(model.threads_for(20 * us, 2, 9.1 * ms), 1);
  EXPECT_EQ(model.threads_for(1 * ms, 2, 9.1 * ms), 2) << "large work wakes it in any case";
}

TEST(WakeModel, AShortStallNowAndThenIsNoReasonToWorkAlone) {
  wake_model model;
  model.note(2, 0, 10 * us, 1 * us);
  double now = 20 * us;
  for (int call = 1; call < 2000; ++call, now += 20 * us) {
    ASSERT_EQ(model.threads_for(20 * us, 2, now), 2) << call;
    model.note(2, now, 10 * us, call % 100 == 1 ? 250 * us : 1 * us);
    now += call % 100 == 1 ? 250 * us : 0;
  }
}

TEST(WakeModel, AStallIsForgivenAfterItsOwnTimeAndEachFurtherOneAfterTwiceThat) {
  wake_model model;
  double now = 0;
  double last = 0;
  for (const double times : {1, 2, 4}) {
    model.note(2, now, 10 * us, 1 * us);
    now += 20 * us;
    model.note(2, now, 10 * us, 4 * ms);
    now += 10 * us + 4 * ms;
    const double end = now;
    while (model.threads_for(20 * us, 2, now) == 1) now += 20 * us;
    EXPECT_GE(now - end, times * 4 * ms);
    EXPECT_LT(now - end, times * 4 * ms + 1 * ms);
    EXPECT_GT(now - end, last);
    last = now - end;
  }
}

TEST(WakeModel, StallsThatCostMoreThanTheTeamSavesAreAReason) {
  wake_model model;
  model.note(2, 0, 10 * us, 1 * us);
  double now = 20 * us;
  int calls = 0;
  for (; calls < 2000 && model.threads_for(20 * us, 2, now) == 2; ++calls, now += 320 * us) {
    model.note(2, now, 10 * us, calls % 10 == 1 ? 300 * us : 1 * us);
  }
  EXPECT_LT(calls, 50);
}

TEST(WakeModel, WakingIsNotTakenForAStall) {
  wake_model model;
  model.note(2, 0, 10 * us, 60 * us);
  EXPECT_EQ(model.threads_for(20 * us, 2, 0.1 * ms), 2);
}

}  // namespace
}  // namespace gpucompute::cpu
