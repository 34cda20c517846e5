// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

// Forks of processes in which another thread is in its first solve, for which the library is being opened: parent and child
// both solve. A process of its own for each moment.

namespace gpucompute {
namespace {

bool solves() {
  constexpr std::int64_t n = 100;
  std::vector<double> a(n * n, 1);
  for (std::int64_t i = 0; i < n; ++i) {
    a[static_cast<std::size_t>(i * (n + 1))] = n;
  }
  const std::vector<double> b(n, 2 * n - 1);
  const array x = solve(array_view(a.data(), {n, n}), b, {.device = device("cpu")}).x;
  return std::abs(x.values<double>()[n - 1] - 1) < 1e-9;
}

int status_of(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

/// Exit status of the process that forks.
int fork_after(int microseconds) {
  alarm(60);
  bool good = false;
  std::thread other([&] { good = solves(); });
  std::this_thread::sleep_for(std::chrono::microseconds(microseconds));
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    _exit(solves() ? 0 : 1);
  }
  const int status = status_of(child);
  other.join();
  return status == 0 && good ? 0 : 1;
}

int fork_at_many_moments(const char* program) {
  int mistakes = 0;
  for (int microseconds = 0; microseconds <= 6000; microseconds += 150) {
    const std::string moment = std::to_string(microseconds);
    const pid_t child = fork();
    if (child == 0) {
      execl(program, program, moment.c_str(), nullptr);
      _exit(1);
    }
    if (const int status = status_of(child); status != 0) {
      std::cerr << "a fork after " << moment << " us: status " << status << '\n';
      ++mistakes;
    }
  }
  return mistakes;
}

}  // namespace
}  // namespace gpucompute

int main(int count, char** arguments) {
  return count == 2 ? gpucompute::fork_after(std::atoi(arguments[1]))
                    : std::min(gpucompute::fork_at_many_moments(arguments[0]), 1);
}
