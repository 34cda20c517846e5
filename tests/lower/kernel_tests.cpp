// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "kernels/lower/kernel.hpp"

namespace gpucompute::lower {
namespace {

/// out = in0 * parameter0
kernel scaled() {
  kernel made;
  made.inputs = {{.type = float64}};
  made.outputs = {{.type = float64}};
  made.parameters = {float64};
  made.body.body = {
      {.code = opcode::load, .type = float64},
      {.code = opcode::parameter, .type = float64},
      {.code = opcode::apply, .operation = graph::op::multiply, .type = float64, .arity = 2, .args = {0, 1}}};
  made.body.results = {2};
  return made;
}

kernel summed() {
  kernel made;
  made.schedule = schedule::reduce_inner;
  made.inputs = {{.type = float32, .step = any_step, .aligned = false}};
  made.outputs = {{.type = float64, .step = 0}};
  made.body.body = {{.code = opcode::load, .type = float32},
                    {.code = opcode::cast, .type = float64, .arity = 1, .args = {0}}};
  reducer sum{.fields = {float64}, .identities = {1ULL << 63U}, .lifted = {1}, .combine = {}};
  sum.combine.body = {
      {.code = opcode::load, .type = float64},
      {.code = opcode::load, .type = float64, .lane = 1},
      {.code = opcode::apply, .operation = graph::op::add, .type = float64, .arity = 2, .args = {0, 1}}};
  sum.combine.results = {2};
  made.reducers = {sum};
  return made;
}

TEST(KernelText, SaysEveryFieldOfAnElementwiseKernel) {
  EXPECT_EQ(to_text(scaled()),
            "kernel elementwise\n"
            "in0: float64 step 1\n"
            "out0: float64 step 1\n"
            "parameter0: float64\n"
            "body\n"
            "  %0 = in0 : float64\n"
            "  %1 = parameter0 : float64\n"
            "  %2 = multiply %0 %1 : float64\n"
            "  -> %2\n");
}

TEST(KernelText, SaysEveryFieldOfAReduction) {
  EXPECT_EQ(to_text(summed()),
            "kernel reduce_inner\n"
            "in0: float32 step any unaligned\n"
            "out0: float64 step 0\n"
            "body\n"
            "  %0 = in0 : float32\n"
            "  %1 = cast %0 : float64\n"
            "reduce\n"
            "  state0: float64 = 0x8000000000000000 from %1\n"
            "combine\n"
            "  %0 = left0 : float64\n"
            "  %1 = right0 : float64\n"
            "  %2 = add %0 %1 : float64\n"
            "  -> %2\n");
}

TEST(KernelVerify, AcceptsWhatIsWellFormed) {
  EXPECT_NO_THROW(verify(scaled()));
  EXPECT_NO_THROW(verify(summed()));
}

TEST(KernelVerify, RefusesAnArgumentAfterItsUser) {
  kernel broken = scaled();
  broken.body.body[2].args[0] = 2;
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesMixedArgumentTypes) {
  kernel broken = scaled();
  broken.body.body[1].type = float32;
  broken.parameters[0] = float32;
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesAResultOfAnotherTypeThanItsOutput) {
  kernel broken = scaled();
  broken.outputs[0].type = float32;
  EXPECT_THROW(verify(broken), internal_error);
  broken.outputs[0].type = complex128;
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesAnOutputThatStandsStill) {
  kernel broken = scaled();
  broken.outputs[0].step = 0;
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesAMissingParameter) {
  kernel broken = scaled();
  broken.parameters.clear();
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesPositionOutsideReductions) {
  kernel broken = scaled();
  broken.body.body.push_back({.code = opcode::position, .type = int64});
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesACombineProgramOfAnotherType) {
  kernel broken = summed();
  broken.reducers[0].fields[0] = float32;
  EXPECT_THROW(verify(broken), internal_error);
}

TEST(KernelVerify, RefusesALaneThatARealInputDoesNotHave) {
  kernel broken = scaled();
  broken.body.body[0].lane = 1;
  EXPECT_THROW(verify(broken), internal_error);
}

}  // namespace
}  // namespace gpucompute::lower
