// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <cstdio>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <gpucompute/gpucompute.hpp>

#include "tests/solve/faults/allocations.hpp"
#include "tests/solve/faults/calls.hpp"

// Each block of memory that a solve asks for is refused once.

namespace gpucompute::tests {
namespace {

/// The first call of a process opens libraries and makes what stays. Every child is such a process: nothing before this test
/// may call the library, which ctest sees to.
TEST(FirstCall, EachRefusedBlockIsOutOfMemoryAndTheNextCallIsRight) {
  const std::vector<double> a(90 * 90, 1), b(90, 90);
  std::vector<double> regular = a;
  for (std::size_t i = 0; i < 90; ++i) {
    regular[i * 91] = 91;
  }
  for (const char* const where : {"cpu", "reference"}) {
    const auto right = [&](const solve_options& options) {
      return std::abs(solve(array_view(regular.data(), {90, 90}), b, options).x.values<double>()[7] - 0.5) < 1e-12;
    };
    constexpr int all_is_well = 0, never_asked = 1, is_wrong = 2, another_error = 3;
    int code = all_is_well;
    for (long k = 1; k < 10000 && code == all_is_well; ++k) {
      const pid_t child = fork();
      ASSERT_GE(child, 0);
      if (child == 0) {
        alarm(60);
        const solve_options options = {.device = device(where)};
        bool is_right = true;
        refuse_block(k);
        try {
          is_right = right(options);
        } catch (const out_of_memory&) {  // NOLINT(bugprone-empty-catch): what is wanted
        } catch (const std::exception& other) {
          std::fprintf(stderr, "block %ld: %s\n", k, other.what());
          _exit(another_error);
        }
        const bool through = refuse_none() < k;
        is_right = is_right && right(options);
        _exit(!is_right ? is_wrong : through ? never_asked : all_is_well);
      }
      int status = 0;
      ASSERT_EQ(waitpid(child, &status, 0), child);
      ASSERT_TRUE(WIFEXITED(status)) << "block " << k << ": signal " << WTERMSIG(status);
      code = WEXITSTATUS(status);
    }
    EXPECT_EQ(code, never_asked) << where;
  }
}

class Memory : public testing::TestWithParam<const char*> {
 protected:
  Memory() : before_(set_host_memory(&counted_memory())) {}
  ~Memory() override { set_host_memory(before_); }

 private:
  std::pmr::memory_resource* before_;
};
INSTANTIATE_TEST_SUITE_P(Devices, Memory, testing::Values("cpu", "reference"));

/// Empty, or what went wrong where the k-th block was refused; `through` when no k-th was asked for.
std::string run_without_block(call& one, long k, bool& through) {
  one.prepare();
  const std::vector<std::byte> inputs = one.inputs();
  const std::vector<std::byte> output = one.output();
  const long live = live_blocks();
  bool refused = false;
  std::string error;
  refuse_block(k);
  try {
    one.run();
  } catch (const out_of_memory&) {
    refused = true;
  } catch (const std::exception& other) {
    error = other.what();
  }
  through = refuse_none() < k;
  if (!error.empty()) {
    return "another error: " + error;
  }
  if (refused && live_blocks() != live) {
    return std::to_string(live_blocks() - live) + " blocks were left behind";
  }
  if (refused && one.output() != output) {
    return "out was written";
  }
  if (one.inputs() != inputs) {
    return "A or b was changed";
  }
  // A block that could not be kept may be none that is needed.
  return refused && through ? "out of memory without a refusal" : refused ? "" : one.mistake();
}

/// The same call once more, with all its memory.
std::string run_with_all(call& one) {
  one.prepare();
  one.run();
  return one.mistake();
}

std::string fail_each_block(call& one) {
  if (const std::string mistake = run_with_all(one); !mistake.empty()) {
    return mistake;
  }
  bool through = false;
  for (long k = 1; !through && k < 100000; ++k) {
    const std::string without = "without block " + std::to_string(k) + ": ";
    if (const std::string mistake = run_without_block(one, k, through); !mistake.empty()) {
      return without + mistake;
    }
    if (const std::string mistake = run_with_all(one); !mistake.empty()) {
      return "after a call " + without + mistake;
    }
  }
  return through ? "" : "never through";
}

TEST_P(Memory, EachRefusedBlockIsOutOfMemoryAndLeavesNothingBehind) {
  for (const auto& one : all_calls(GetParam())) {
    EXPECT_EQ(fail_each_block(*one), "") << one->name();
  }
}

}  // namespace
}  // namespace gpucompute::tests
