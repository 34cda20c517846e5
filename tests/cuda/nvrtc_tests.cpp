// SPDX-License-Identifier: Apache-2.0
// NVRTC compiles every text of the checks for three architectures. No GPU is needed, but NVRTC is: without it these
// tests fail, unless GPUCOMPUTE_WITHOUT_NVRTC says why it is not there.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <gtest/gtest.h>
#include <set>

#include "cuda/codegen/emit.hpp"
#include "cuda/runtime/nvrtc.hpp"
#include "tests/cuda/check.hpp"
#include "tests/cuda/samples.hpp"

namespace gpucompute::cuda {
namespace {

constexpr std::size_t kernels_per_program = 60;
constexpr std::size_t least_kernels = 300;

/// Texts of all checks and samples, each once, under names that let them share a program.
std::vector<std::string> distinct_texts() {
  std::vector<std::string> texts;
  std::set<std::string> known;
  const auto add = [&](const lower::kernel& kernel, const variant& which) {
    if (known.insert(emit(kernel, which)).second) {
      texts.push_back(emit(kernel, which, "k" + std::to_string(texts.size())));
    }
  };
  for (const sample& each : samples()) {
    add(each.kernel, each.which);
  }
  for (const auto& checks : {operation_checks(), expression_checks()}) {
    for (const check& each : checks) {
      add(*each.launch.kernel, {.outer_rank = static_cast<int>(each.launch.kept.rank()) - 1});
    }
  }
  return texts;
}

class Nvrtc : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    if (compiler_.available()) {
      return;
    }
    if (const char* reason = std::getenv("GPUCOMPUTE_WITHOUT_NVRTC")) {
      GTEST_SKIP() << "without NVRTC: " << reason;
    }
    FAIL() << "expected " << compiler_.missing() << " (ci/setup.sh test installs it)";
  }
  const nvrtc compiler_;
};

TEST_P(Nvrtc, TakesEveryTextWithoutAWord) {
  const std::vector<std::string> texts = distinct_texts();
  ASSERT_GE(texts.size(), least_kernels);
  const std::vector<std::string> options = compile_options(precision::precise, GetParam());
  const auto start = std::chrono::steady_clock::now();
  std::size_t compiled = 0;
  for (std::size_t begin = 0; begin < texts.size(); begin += kernels_per_program) {
    const std::size_t end = std::min(begin + kernels_per_program, texts.size());
    std::string program;
    for (std::size_t i = begin; i < end; ++i) {
      program += texts[i];
    }
    const nvrtc::result made = compiler_.compile(program, options);
    EXPECT_EQ(made.log, "");
    ASSERT_FALSE(made.binary.empty());
    compiled += end - begin;
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  std::printf("NVRTC %d.%d: %zu kernels for %s in %.1f s\n", compiler_.major(), compiler_.minor(), compiled, GetParam(),
              seconds);
}

INSTANTIATE_TEST_SUITE_P(Architectures, Nvrtc, testing::Values("sm_75", "sm_90", "sm_120"),
                         [](const auto& which) { return std::string(which.param); });

TEST_F(Nvrtc, ReportsWhatIsWrongWithAText) {
  const nvrtc::result made = compiler_.compile("__global__ void f() { undeclared(); }", {});
  EXPECT_TRUE(made.binary.empty());
  EXPECT_NE(made.log.find("undeclared"), std::string::npos) << made.log;
}

}  // namespace
}  // namespace gpucompute::cuda
