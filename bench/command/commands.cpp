// SPDX-License-Identifier: Apache-2.0
#include "bench/command/commands.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include "bench/files/output_file.hpp"

namespace gpucompute::bench {

std::span<const command* const> commands() {
  static constexpr const command* all[] = {&eval_command, &solve_command, &devices_command, &functions_command,
                                           &env_command,  &run_command,   &lecture_command};
  return all;
}

void print(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    throw machine_failure("stdout: writing failed: " + std::string(std::strerror(errno)));
  }
}

void write_to(const std::string& path, std::string_view text) {
  if (path == "-") return print(text);
  output_file file(path);
  file.write(text);
  file.commit();
}

}  // namespace gpucompute::bench
