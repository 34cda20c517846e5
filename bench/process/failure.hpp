// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace gpucompute::bench {

/// What gpubench returns to the shell; documented in `gpubench --help`.
enum class exit_code : int {
  fine = 0,
  slower = 1,
  bad_input = 2,
  no_answer = 3,
  unreliable = 4,
  machine_failed = 5,
  our_defect = 70,
};

/// Ends the command with a code and a message on stderr.
class failure : public std::runtime_error {
 public:
  failure(exit_code code, const std::string& message) : std::runtime_error(message), code_(code) {}
  exit_code code() const noexcept { return code_; }

 private:
  exit_code code_;
};

/// The user's mistake: exit 2.
class bad_input : public failure {
 public:
  explicit bad_input(const std::string& message) : failure(exit_code::bad_input, message) {}
};

/// The machine's: exit 5.
class machine_failure : public failure {
 public:
  explicit machine_failure(const std::string& message) : failure(exit_code::machine_failed, message) {}
};

struct exit_reason {
  exit_code code;
  std::string message;
};

/// Called inside a catch block: what its exception, the library's own ones included, means for the shell.
exit_reason reason_of_current_exception();

/// Of two things that went wrong in one command, the one that its exit code tells.
exit_code worse(exit_code one, exit_code other);

}  // namespace gpucompute::bench
