// SPDX-License-Identifier: Apache-2.0
#include <atomic>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <optional>
#include <thread>
#include <unistd.h>

#include <gpucompute/gpucompute.hpp>

// A program that evaluates while it ends: exit_program static|atexit|thread|main_thread. It exits with 0 only when the
// last of its objects has got the right numbers.

namespace gc = gpucompute;

namespace {

const char* mode = "";

/// Old and new texts, layouts and devices, on every tier that is there.
void evaluate_all_ways(const gc::function* known) {
  try {
    const std::vector<double> x(20000, 3.0);
    for (const gc::tier tier : {gc::tier::interpreter, gc::tier::automatic, gc::tier::jit}) {
      if (tier == gc::tier::jit && !GPUCOMPUTE_EXPECT_JIT) {
        continue;
      }
      for (const char* text : {"sum(a*2) + a", "maximum(sin(a)*0, a) + var(a) + 120000"}) {
        if (gc::evaluate(text, {{"a", x}}, {.tier = tier}).values<double>()[19999] != 120003) {
          throw std::runtime_error("a wrong number");
        }
      }
    }
    if (known != nullptr) {
      const gc::array_view other(x.data(), gc::float64, {4, 5});
      if ((*known)({{"a", other}}).values<double>()[0] != 66) {
        throw std::runtime_error("a wrong number in a new layout");
      }
    }
    if (gc::explain("a + 1", {{"a", x}}, {.device = gc::device("cuda")}).empty()) {
      throw std::runtime_error("no text");
    }
  } catch (const std::exception& failure) {
    std::cerr << mode << ": " << failure.what() << '\n';
    _exit(1);
  }
}

struct at_end {
  const char* when;
  std::optional<gc::function> made;
  ~at_end() {
    if (std::strcmp(mode, when) == 0) {
      evaluate_all_ways(made ? &*made : nullptr);
      _exit(0);
    }
  }
};
at_end global{"static", {}};

std::atomic<int> ended_threads = 0;

struct at_thread_end {
  ~at_thread_end() {
    evaluate_all_ways(nullptr);
    ++ended_threads;
    if (std::strcmp(mode, "main_thread") == 0) {
      _exit(0);
    }
  }
};

void use_until_the_end() {
  // Made before what the library keeps for this thread, destroyed after it.
  static thread_local const at_thread_end last;
  static_cast<void>(&last);
  evaluate_all_ways(nullptr);
}

}  // namespace

int main(int count, char** words) {
  mode = count == 2 ? words[1] : "";
  if (std::strcmp(mode, "atexit") == 0) {
    std::atexit([] {
      evaluate_all_ways(nullptr);
      _exit(0);
    });
  }
  if (std::strcmp(mode, "thread") == 0) {
    for (int i = 0; i < 10; ++i) {
      std::thread(use_until_the_end).join();
    }
    return ended_threads == 10 ? 0 : 3;
  }
  if (std::strcmp(mode, "main_thread") == 0) {
    use_until_the_end();
    return 3;
  }
  global.made = gc::compile("a*2 + sum(a)", {{"a", gc::float64}});
  evaluate_all_ways(&*global.made);
  return 3;
}
