// SPDX-License-Identifier: Apache-2.0
#include "bench/report/progress_line.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <system_error>
#include <unistd.h>
#include <utility>

#include "bench/report/result.hpp"

namespace gpucompute::bench {
namespace {

constexpr double quiet_seconds = 3;

std::string whole_seconds(double seconds) { return format_seconds(std::max(1.0, std::round(seconds))); }

}  // namespace

std::string progress_text(const std::string& what, double elapsed, std::optional<double> expected) {
  std::string text = what + ": " + whole_seconds(elapsed);
  if (!expected) return text;
  if (elapsed >= *expected) return text + ", longer than the " + whole_seconds(*expected) + " expected";
  return text + ", about " + whole_seconds(*expected - elapsed) + " left";
}

progress_line::progress_line(std::string what, std::optional<double> expected)
    : what_(std::move(what)), expected_(expected) {
  if (isatty(STDERR_FILENO) == 0 || (expected && *expected < quiet_seconds)) return;
  try {
    thread_ = std::thread([this] { show(); });
  } catch (const std::system_error&) {  // NOLINT(bugprone-empty-catch)
    // No thread is to be had: the work matters, the line does not.
  }
}

progress_line::~progress_line() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    done_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

void progress_line::show() {
  const auto begin = std::chrono::steady_clock::now();
  bool shown = false;
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, std::chrono::seconds(1), [this] { return done_; })) {
    const double elapsed = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (elapsed < quiet_seconds) continue;
    std::fprintf(stderr, "\r\033[K%s", progress_text(what_, elapsed, expected_).c_str());
    shown = true;
  }
  if (shown) std::fputs("\r\033[K", stderr);
}

}  // namespace gpucompute::bench
