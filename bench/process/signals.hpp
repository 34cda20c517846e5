// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <string>

namespace gpucompute::bench {

/// Called once, first thing in main. A signal that ends the process removes unfinished files first, and the process still
/// dies of it. What the caller ignores (nohup) stays ignored. SIGXFSZ is ignored: the write fails, and says why.
void handle_signals();

/// A file that a signal which ends the process removes, and destruction too, until it has its name.
class unfinished_file {
 public:
  /// Before the file is made, so that no moment is left open: the name must be one that nobody else has.
  explicit unfinished_file(const std::string& path);
  unfinished_file(unfinished_file&& other) noexcept;
  unfinished_file& operator=(unfinished_file&&) = delete;
  ~unfinished_file();

  const std::string& path() const noexcept;
  /// Renames it, over an old file if there is one. Returns 0, or errno and the file is as unfinished as before.
  int rename_to(const std::string& target) noexcept;

  struct entry;

 private:
  entry* entry_;
};

/// What stop_if_signalled throws.
struct stopped_by_signal {
  int number;
};

/// While one exists, the first SIGHUP, SIGINT or SIGTERM is only noted and answered with a line on stderr, for work that has
/// something to save. The second one ends the process as ever. One at a time.
class signal_deferral {
 public:
  signal_deferral();
  signal_deferral(const signal_deferral&) = delete;
  signal_deferral& operator=(const signal_deferral&) = delete;
  ~signal_deferral();
};

/// The signal that a deferral noted, or 0; stays when the deferral is gone.
int noted_signal() noexcept;

/// @throw stopped_by_signal when a deferral noted one
void stop_if_signalled();

/// Does `work` with signals deferred. Returns the signal that stopped it, or 0.
int until_signalled(const std::function<void()>& work);

/// Says on stderr what stopped the work after how many rows, and dies of it if there are none.
void report_stop(int signal, std::size_t rows);

/// Ends the process by the signal, as if it had never been handled.
[[noreturn]] void die_of(int number) noexcept;

}  // namespace gpucompute::bench
