// SPDX-License-Identifier: Apache-2.0
#include "bench/process/signals.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace gpucompute::bench {

/// Never freed and never used again: the handler may look at it on another thread at any time.
struct unfinished_file::entry {
  std::string path;
  std::atomic<bool> exists = true;
  entry* next = nullptr;
};

namespace {

std::atomic<unfinished_file::entry*> newest = nullptr;
std::atomic<bool> deferring = false;
std::atomic<int> noted = 0;

// The line of a terminal may hold "^C" or how long the work has taken.
constexpr char stopping[] =
    "\ngpubench: stopping after the call in progress; a second signal ends at once, without the files of the finished "
    "rows\n";
std::atomic<bool> on_terminal = false;
static_assert(std::atomic<unfinished_file::entry*>::is_always_lock_free && std::atomic<bool>::is_always_lock_free &&
              std::atomic<int>::is_always_lock_free);

/// Calls nothing but what POSIX allows in a handler.
void on_signal(int number) {
  const int saved = errno;
  int none = 0;
  const bool may_wait = number == SIGHUP || number == SIGINT || number == SIGTERM;
  if (may_wait && deferring.load() && noted.compare_exchange_strong(none, number)) {
    const std::size_t skipped = on_terminal.load() ? 0 : 1;
    [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, stopping + skipped, sizeof stopping - 1 - skipped);
    errno = saved;
    return;
  }
  for (const auto* one = newest.load(); one != nullptr; one = one->next) {
    if (one->exists.load()) unlink(one->path.c_str());
  }
  die_of(number);
}

}  // namespace

void handle_signals() {
  std::signal(SIGXFSZ, SIG_IGN);
  for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGXCPU}) {
    struct sigaction before {};
    if (sigaction(number, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) continue;
    struct sigaction action {};
    action.sa_handler = on_signal;
    action.sa_flags = SA_RESTART;
    sigaction(number, &action, nullptr);
  }
}

unfinished_file::unfinished_file(const std::string& path) : entry_(new entry{path}) {
  entry_->next = newest.load();
  while (!newest.compare_exchange_weak(entry_->next, entry_)) {
  }
}

unfinished_file::unfinished_file(unfinished_file&& other) noexcept : entry_(std::exchange(other.entry_, nullptr)) {}

unfinished_file::~unfinished_file() {
  if (entry_ != nullptr && entry_->exists.exchange(false)) unlink(entry_->path.c_str());
}

const std::string& unfinished_file::path() const noexcept { return entry_->path; }

int unfinished_file::rename_to(const std::string& target) noexcept {
  if (std::rename(entry_->path.c_str(), target.c_str()) != 0) return errno;
  entry_->exists = false;
  return 0;
}

signal_deferral::signal_deferral() {
  on_terminal = isatty(STDERR_FILENO) != 0;
  deferring = true;
}
signal_deferral::~signal_deferral() { deferring = false; }

int noted_signal() noexcept { return noted.load(); }

void stop_if_signalled() {
  if (const int number = noted_signal(); number != 0) throw stopped_by_signal{number};
}

int until_signalled(const std::function<void()>& work) {
  const signal_deferral deferral;
  try {
    work();
  } catch (const stopped_by_signal& stop) {
    return stop.number;
  }
  return noted_signal();
}

void report_stop(int signal, std::size_t rows) {
  std::fprintf(stderr, "gpubench: stopped by signal %d (%s) after %zu rows\n", signal, strsignal(signal), rows);
  if (rows == 0) die_of(signal);
}

void die_of(int number) noexcept {
  std::signal(number, SIG_DFL);
  sigset_t one;
  sigemptyset(&one);
  sigaddset(&one, number);
  pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
  raise(number);
  _exit(128 + number);
}

}  // namespace gpucompute::bench
