// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <condition_variable>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace gpucompute::bench {

/// While one exists and stderr is a terminal, its last line says how long `what` has taken and how long it is expected to
/// take, anew each second and from the third on. Gone afterwards. On no terminal, or for less than three seconds: nothing.
class progress_line {
 public:
  /// `expected`: seconds; none when nobody knows.
  progress_line(std::string what, std::optional<double> expected);
  progress_line(const progress_line&) = delete;
  progress_line& operator=(const progress_line&) = delete;
  ~progress_line();

 private:
  void show();

  std::string what_;
  std::optional<double> expected_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool done_ = false;
  std::thread thread_;
};

/// "solve n=20000: 12 s, about 40 s left".
std::string progress_text(const std::string& what, double elapsed, std::optional<double> expected);

}  // namespace gpucompute::bench
