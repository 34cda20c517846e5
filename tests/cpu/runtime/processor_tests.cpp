// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "cpu/runtime/processor.hpp"
#include "tests/cpu/instruction_sets.hpp"

namespace gpucompute::cpu {
namespace {

class InstructionSet : public ::testing::Test {
 protected:
  static void ask(const char* set) { setenv("GPUCOMPUTE_CPU_ISA", set, 1); }
  void TearDown() override { unsetenv("GPUCOMPUTE_CPU_ISA"); }
};

TEST_F(InstructionSet, IsTheOneAskedFor) {
  for (const isa set : testing::instruction_sets()) {
    ask(set == isa::avx512 ? "avx512" : "avx2");
    EXPECT_EQ(best_isa(), set);
  }
}

TEST_F(InstructionSet, IsTheWidestWhenUnsetOrEmpty) {
  EXPECT_EQ(best_isa(), testing::instruction_sets().back());
  ask("");
  EXPECT_EQ(best_isa(), testing::instruction_sets().back());
}

TEST_F(InstructionSet, IsRefusedWhenUnknownOrLacking) {
  ask("sse9");
  EXPECT_THROW(best_isa(), invalid_argument);
  if (!supports(isa::avx512)) {
    ask("avx512");
    EXPECT_THROW(best_isa(), device_unavailable);
  }
}

}  // namespace
}  // namespace gpucompute::cpu
