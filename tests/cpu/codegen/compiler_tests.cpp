// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <random>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

#include <gpucompute/error.hpp>

#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/random_kernel.hpp"
#include "tests/cpu/codegen/small_kernels.hpp"

namespace gpucompute::testing {
namespace {

TEST(Compiler, SourceIsTextOfTheRangeFunction) {
  const std::string text = jit().source(multiply_add(float64), {.isa = cpu::isa::avx512});
  EXPECT_NE(text.find("define void @range(ptr"), std::string::npos);
  EXPECT_NE(text.find("fmul <8 x double>"), std::string::npos);
}

TEST(Compiler, ReportsAMissingLibraryFunctionByName) {
  try {
    jit().compile(sine_plus(float64),
                  {.isa = cpu::isa::avx2, .resolve = [](std::string_view) -> void* { return nullptr; }});
    FAIL() << "compiled";
  } catch (const std::exception& problem) {
    EXPECT_NE(std::string(problem.what()).find("gpucompute_avx2_sin_f64"), std::string::npos) << problem.what();
  }
}

TEST(Compiler, RefusesALibraryOfAnotherBuild) {
  jit();
  void* module = dlopen(GPUCOMPUTE_JIT_MODULE, RTLD_NOW | RTLD_LOCAL);
  auto* open = reinterpret_cast<decltype(&gpucompute_jit_open)>(dlsym(module, "gpucompute_jit_open"));
  const char* error = nullptr;
  EXPECT_EQ(open("another build", &error), nullptr);
  EXPECT_NE(error, nullptr);
  dlclose(module);
}

TEST(Compiler, EveryRandomKernelIsValidIR) {
  std::mt19937_64 random(5);
  for (int turn = 0; turn < 100; ++turn) {
    const lower::kernel kernel =
        turn % 3 == 0
            ? random_kernel(random)
            : random_reduction(random, turn % 3 == 1 ? lower::schedule::reduce_inner : lower::schedule::reduce_outer);
    for (const cpu::isa set : cpu::every_isa) EXPECT_NO_THROW(jit().source(kernel, {.isa = set}));
  }
}

TEST(Compiler, CompilesInManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  threads.reserve(8);
  std::vector<int> right(8);
  for (std::size_t t = 0; t < right.size(); ++t) {
    threads.emplace_back([&right, t] {
      for (int turn = 0; turn < 6; ++turn) {
        const dtype type = (t + static_cast<std::size_t>(turn)) % 2 == 0 ? float64 : float32;
        const cpu::compiled code = compile(multiply_add(type), instruction_sets().back());
        test_array x(type, 21, 1, {}), out(type, 21, 1, {});
        x.fill_bytes(0);
        run(code, {&x, &x, &out},
            {.inner_extent = 21,
             .parameters = {type == float64 ? to_bits(double(t)) : to_bits(static_cast<float>(t))}});
        right[t] += out.get(20, 0) == (type == float64 ? to_bits(double(t)) : to_bits(static_cast<float>(t)));
      }
    });
  }
  for (std::thread& each : threads) each.join();
  for (const int count : right) EXPECT_EQ(count, 6);
}

TEST(Compiler, NoMemoryForCodeIsOutOfMemory) {
  const cpu::codegen_options options{.isa = instruction_sets().front()};
  const std::string object = jit().translate(multiply_add(float64), options);
  jit().load(object, options);
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const rlimit none{0, RLIM_INFINITY};
    const rlimit all{RLIM_INFINITY, RLIM_INFINITY};
    setrlimit(RLIMIT_AS, &none);  // what is mapped stays
    bool refused = false;
    try {
      jit().load(object, options);
    } catch (const out_of_memory&) {
      refused = true;
    }
    setrlimit(RLIMIT_AS, &all);
    _exit(refused && jit().load(object, options).run != nullptr ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
}

TEST(Compiler, CodeLivesAsLongAsItsOwner) {
  const auto make = [] { return compile(multiply_add(float64), instruction_sets().front()); };
  const cpu::compiled kept = make();
  for (int turn = 0; turn < 20; ++turn) make();
  test_array x(float64, 5, 1, {}), out(float64, 5, 1, {});
  x.fill_bytes(0);
  run(kept, {&x, &x, &out}, {.inner_extent = 5, .parameters = {to_bits(3.0)}});
  EXPECT_EQ(out.get(4, 0), to_bits(3.0));
}

}  // namespace
}  // namespace gpucompute::testing
