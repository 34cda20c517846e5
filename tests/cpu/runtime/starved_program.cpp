// SPDX-License-Identifier: Apache-2.0
#include <chrono>
#include <iostream>
#include <sys/resource.h>
#include <system_error>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "cpu/runtime/team.hpp"

// A process that may start no thread, then some, then no more. The limit counts all threads of a user and does not bind root,
// so this is a program of its own.

namespace gpucompute::cpu {
namespace {

int mistakes = 0;

void expect(bool holds, const char* what) {
  if (!holds) {
    std::cerr << "not so: " << what << '\n';
    ++mistakes;
  }
}

void allow_threads(bool allowed) {
  rlimit limit{};
  getrlimit(RLIMIT_NPROC, &limit);
  limit.rlim_cur = allowed ? limit.rlim_max : 0;
  if (setrlimit(RLIMIT_NPROC, &limit) != 0) {
    std::cerr << "the limit cannot be set\n";
    _exit(2);
  }
}

bool can_start_a_thread() {
  try {
    std::thread([] {}).join();
    return true;
  } catch (const std::system_error&) {
    return false;
  }
}

/// How many threads more than the caller's an evaluation has used.
std::int64_t helpers(int threads) {
  const std::vector<double> a(1'000'000, 3);
  const team_use before = used_teams();
  const evaluate_options how{.device = device("cpu"), .threads = threads, .tier = tier::interpreter};
  const array result = evaluate("a**2 + sqrt(a) - a", {{"a", a}}, how);
  const array whole = evaluate("sum(a*2)", {{"a", a}}, how);
  expect(result.values<double>().front() == result.values<double>().back() && whole.values<double>()[0] == 6e6,
         "the numbers are right");
  const team_use after = used_teams();
  return after.threads - before.threads - (after.calls - before.calls);
}

int run() {
  if (geteuid() == 0 && setuid(65534) != 0) {
    std::cerr << "root cannot become another user, and nothing limits root's threads\n";
    return 77;
  }
  allow_threads(false);
  expect(!can_start_a_thread(), "no thread can be started");
  expect(helpers(2) == 0, "without threads to start, work is done alone");
  expect(helpers(3) == 0, "and again");
  allow_threads(true);
  expect(can_start_a_thread(), "threads can be started again");
  // A refusal is believed for a while.
  for (int tries = 0; tries < 500 && helpers(3) == 0; ++tries) {
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  expect(helpers(3) > 0, "then a team is made");
  expect(helpers(2) > 0, "and a smaller one");
  allow_threads(false);
  helpers(3);  // by however many are left
  expect(helpers(2) > 0, "threads that are there go on working");
  return mistakes == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gpucompute::cpu

int main() { return gpucompute::cpu::run(); }
