// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <exception>
#include <iostream>
#include <string>
#include <sys/resource.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include <gpucompute/gpucompute.hpp>

// Solves in processes whose memory is limited: each ends with the right x or with out_of_memory, and neither waits for ever nor
// dies. A process of its own for each limit, which is started and not forked, so that it has all its threads.

namespace gpucompute {
namespace {

constexpr rlim_t mib = rlim_t{1} << 20U;
enum outcome : int { right = 40, out_of_room = 41, wrong = 42, changed = 43, unexpected = 44 };

struct problem {
  std::string way;
  std::int64_t rows, columns;
  std::vector<double> a, b;

  problem(std::string how, std::int64_t n)
      : way(std::move(how)),
        rows(n),
        columns(way == "least squares" ? n / 2 : n),
        a(static_cast<std::size_t>(rows * columns)),
        b(static_cast<std::size_t>(rows)) {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        a[static_cast<std::size_t>(i * columns + j)] = entry(i, j);
        b[static_cast<std::size_t>(i)] += entry(i, j);
      }
    }
  }

  double entry(std::int64_t i, std::int64_t j) const {
    return i == j ? static_cast<double>(rows) : static_cast<double>((i * 7 + j * j * 3) % 11 - 5) / 5;
  }
  bool is_unchanged() const {
    for (std::int64_t i = 0; i < rows; ++i) {
      for (std::int64_t j = 0; j < columns; ++j) {
        if (a[static_cast<std::size_t>(i * columns + j)] != entry(i, j)) {
          return false;
        }
      }
    }
    return true;
  }

  array answer() const {
    const array_view view(a.data(), {rows, columns});
    solve_options how{.device = device("cpu")};
    how.factors = way == "float32 factors" ? factor_precision::float32 : factor_precision::same;
    return way == "factorize" ? factorize(view, how).solve(b).x : solve(view, b, how).x;
  }
};

outcome outcome_of(const problem& one) {
  outcome found = right;
  try {
    const array x = one.answer();
    const bool good = std::ranges::all_of(x.values<double>(), [](double each) { return std::abs(each - 1) < 1e-9; });
    found = good ? right : wrong;
  } catch (const out_of_memory&) {
    found = out_of_room;
  } catch (const std::exception& other) {
    std::cerr << other.what() << '\n';
    found = unexpected;
  }
  return one.is_unchanged() ? found : changed;
}

/// Exit status of the limited process.
int solve_here(const std::string& way, std::int64_t n) {
  try {
    const problem one(way, n);
    if (way != "two callers") {
      return outcome_of(one);
    }
    outcome other = right;
    std::thread second([&] { other = outcome_of(one); });
    const outcome mine = outcome_of(one);
    second.join();
    return std::max(mine, other);
  } catch (const std::exception&) {
    return out_of_room;  // before the library was asked
  }
}

/// Status of waitpid().
int status_within(const char* program, decltype(RLIMIT_AS) resource, rlim_t most, const char* way, const char* n) {
  const pid_t child = fork();
  if (child == 0) {
    alarm(60);
    const rlimit limit = {most, most};
    if (setrlimit(resource, &limit) == 0) {
      execl(program, program, way, n, nullptr);
    }
    _exit(unexpected);
  }
  int status = 0;
  waitpid(child, &status, 0);
  return status;
}

int sweep(const char* program) {
  int mistakes = 0, refused = 0, answered = 0;
  const auto look = [&](const char* way, decltype(RLIMIT_AS) resource, rlim_t most) {
    const int status = status_within(program, resource, most, way, "1600");
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    refused += code == out_of_room;
    answered += code == right;
    if (code != right && code != out_of_room) {
      std::cerr << way << " within " << most / mib << " MiB" << (resource == RLIMIT_DATA ? " of data" : "") << ": "
                << (WIFSIGNALED(status) ? "signal " + std::to_string(WTERMSIG(status)) : "exit " + std::to_string(code))
                << '\n';
      ++mistakes;
    }
    return code == right;
  };
  /// Until there is room for all and some more.
  const auto look_at_limits = [&](const char* way, decltype(RLIMIT_AS) resource, rlim_t step) {
    int enough = 0;
    for (rlim_t most = 256 * mib; most <= 768 * mib && enough < 2; most += step) {
      enough = look(way, resource, most) ? enough + 1 : 0;
    }
  };
  for (const char* const way : {"solve", "least squares", "float32 factors", "two callers"}) {
    look_at_limits(way, RLIMIT_AS, 32 * mib);
  }
  look_at_limits("factorize", RLIMIT_AS, 12 * mib);
  look_at_limits("factorize", RLIMIT_DATA, 32 * mib);
  if (refused == 0 || answered == 0) {
    std::cerr << refused << " were refused and " << answered << " answered: the limits miss what they look for\n";
    ++mistakes;
  }
  return mistakes;
}

}  // namespace
}  // namespace gpucompute

int main(int count, char** arguments) {
  if (count == 3) {
    return gpucompute::solve_here(arguments[1], std::atoll(arguments[2]));
  }
  // Each thread more takes a buffer more: the same limits are narrow on every machine.
  for (const char* const name : {"GPUCOMPUTE_NUM_THREADS", "OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"}) {
    setenv(name, "2", 1);
  }
  return gpucompute::sweep(arguments[0]) == 0 ? 0 : 1;
}
