// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "bench/command/options.hpp"
#include "bench/process/failure.hpp"

namespace gpucompute::bench {

struct command {
  const command_table& table;
  exit_code (*run)(const parsed_command&);
};

extern const command devices_command;
extern const command functions_command;
extern const command env_command;
extern const command eval_command;
extern const command run_command;
extern const command solve_command;
extern const command lecture_command;

/// In the order of `gpubench --help`. The last one is what no argument at all stands for.
std::span<const command* const> commands();

/// Whether the language has it as a function, a reduction or a cast, by any of its names.
bool is_function(std::string_view name);

/// Results go to stdout through here. @throw machine_failure when they cannot be written
void print(std::string_view text);

/// To stdout for the path "-", else to a file that appears whole or not at all. @throw bad_input, machine_failure
void write_to(const std::string& path, std::string_view text);

}  // namespace gpucompute::bench
