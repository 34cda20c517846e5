// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <gpucompute/gpucompute.hpp>

#include "tests/solve/faults/allocations.hpp"
#include "tests/solve/faults/calls.hpp"
#include "tests/solve/faults/faulty_lapack.hpp"

// Each call of BLAS and LAPACK that a solve makes ends badly once, and all from it on do.

namespace gpucompute::tests {
namespace {

// Before the library is looked for.
[[maybe_unused]] const int named = setenv("GPUCOMPUTE_BLAS", GPUCOMPUTE_FAULTY_LAPACK, 1);

class Library : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    void* const opened = dlopen(GPUCOMPUTE_FAULTY_LAPACK, RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(opened, nullptr) << dlerror();
    if (find<faulty_lapack_ready>(opened, "faulty_lapack_ready")() == 0) {
      GTEST_SKIP() << "no library whose routines are spelled dgetrf_";
    }
    begin_ = find<faulty_lapack_begin>(opened, "faulty_lapack_begin");
    end_ = find<faulty_lapack_end>(opened, "faulty_lapack_end");
    threads_ = find<int()>(opened, "openblas_get_num_threads");
    parallel_ = find<int()>(opened, "openblas_get_parallel")() != 0;
    before_ = set_host_memory(&counted_memory());
  }
  void TearDown() override {
    if (begin_ != nullptr) {
      set_host_memory(before_);
    }
  }

  /// The number of threads that the user has set.
  int threads() const { return parallel_ ? threads_() : 0; }

  /// Empty, or what went wrong where the k-th call was faulty.
  std::string run_with(call& one, fault kind, long k, bool& through) const {
    one.prepare();
    const std::vector<std::byte> inputs = one.inputs();
    const std::vector<std::byte> output = one.output();
    const long live = live_blocks();
    const int set = threads();
    bool failed = false;
    begin_(kind, k, GetParam() ? 1 : 0);
    try {
      one.run();
    } catch (const invalid_argument& refusal) {
      end_();
      return std::string("the caller was blamed: ") + refusal.what();
    } catch (const error&) {
      failed = true;
    }
    through = end_() < k;
    if (threads() != set) {
      return "threads of the library were set";
    }
    if (one.inputs() != inputs) {
      return "A or b was changed";
    }
    if (!failed) {
      return one.mistake();
    }
    return live_blocks() != live    ? std::to_string(live_blocks() - live) + " blocks were left behind"
           : one.output() != output ? "out was written"
           : through                ? "an error without a fault"
                                    : "";
  }

  std::string fail_each_call(call& one, fault kind) const {
    bool through = false;
    for (long k = 1; !through && k < 10000; ++k) {
      if (const std::string mistake = run_with(one, kind, k, through); !mistake.empty()) {
        return "call " + std::to_string(k) + ": " + mistake;
      }
      one.prepare();
      one.run();
      if (const std::string mistake = one.mistake(); !mistake.empty()) {
        return "after call " + std::to_string(k) + ": " + mistake;
      }
    }
    return through ? "" : "never through";
  }

  void check(fault kind) const {
    const bool of_numbers = kind == fault::no_number || kind == fault::wrong_number;
    for (const auto& one : all_calls("cpu")) {
      if (of_numbers && !one->is_verified()) {
        continue;
      }
      EXPECT_EQ(fail_each_call(*one, kind), "") << one->name();
    }
  }

 private:
  template <typename Function>
  static Function* find(void* opened, const char* name) {
    return reinterpret_cast<Function*>(dlsym(opened, name));
  }

  faulty_lapack_begin* begin_ = nullptr;
  faulty_lapack_end* end_ = nullptr;
  int (*threads_)() = nullptr;
  bool parallel_ = false;
  std::pmr::memory_resource* before_ = nullptr;
};
INSTANTIATE_TEST_SUITE_P(OnceAndFromThenOn, Library, testing::Bool());

TEST_P(Library, ARefusedArgumentIsAnError) { check(fault::refused_argument); }
TEST_P(Library, AnInfoThatNoRoutineHasIsAnErrorOrTheAnswerIsRight) { check(fault::wild_info); }
TEST_P(Library, AnInterchangeBeyondTheMatrixIsAnErrorOrTheAnswerIsRight) { check(fault::wild_index); }
TEST_P(Library, WhatIsNoNumberIsNoAnswer) { check(fault::no_number); }
TEST_P(Library, AWrongNumberIsSeenAndMendedOrReported) { check(fault::wrong_number); }

}  // namespace
}  // namespace gpucompute::tests
