// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <string>
#include <vector>

#include "bench/command/commands.hpp"
#include "bench/command/nearest.hpp"
#include "bench/measure/environment.hpp"
#include "bench/process/signals.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::string_view exit_codes =
    "exit codes:\n"
    "  0   fine\n"
    "  2   usage or bad input; nothing written\n"
    "  3   no answer can be given: a zero pivot was met, or A is not positive definite for --method cholesky; a timed "
    "result\n"
    "      failed verification\n"
    "  4   an answer, but not one to rely on: conditioned beyond use, or the backward error above its bar\n"
    "  5   run-time failure: out of memory, device lost, disk full\n"
    "  70  a defect of gpubench or the library\n";

std::string overview() {
  std::string text =
      "usage: gpubench COMMAND [...]\n\nEvaluates array expressions and solves linear systems, on files, and measures "
      "both.\n\ncommands:\n";
  for (const command* one : commands()) {
    std::string left = "  " + std::string(one->table.name);
    left.resize(14, ' ');
    text += left + std::string(one->table.summary) + (one == commands().back() ? " (the default)" : "") + "\n";
  }
  return text + "\n'gpubench COMMAND --help' shows a command's options, 'gpubench --version' the version.\n\n" +
         std::string(exit_codes);
}

const command& find_command(std::string_view name) {
  std::vector<std::string_view> known;
  for (const command* one : commands()) {
    if (one->table.name == name) return *one;
    known.push_back(one->table.name);
  }
  throw bad_input("unknown command '" + std::string(name) + "'" + suggestion(name, known) +
                  "; gpubench --help lists them");
}

exit_code dispatch(const std::vector<std::string>& words) {
  if (!words.empty() && (words[0] == "--help" || words[0] == "-h" || words[0] == "help")) {
    print(overview());
    return exit_code::fine;
  }
  if (!words.empty() && words[0] == "--version") {
    print("gpubench " + std::string(version()) + "\n");
    return exit_code::fine;
  }
  const command& chosen = words.empty() ? *commands().back() : find_command(words[0]);
  const parsed_command line = parse(chosen.table, std::span(words).subspan(words.empty() ? 0 : 1));
  if (line.wants_help()) {
    print(help(chosen.table));
    return exit_code::fine;
  }
  return chosen.run(line);
}

exit_code guarded(const std::vector<std::string>& words) {
  try {
    return dispatch(words);
  } catch (...) {
    const exit_reason reason = reason_of_current_exception();
    std::fprintf(stderr, "gpubench: %s\n", reason.message.c_str());
    return reason.code;
  }
}

}  // namespace
}  // namespace gpucompute::bench

int main(int count, char** words) {
  gpucompute::bench::handle_signals();
  return static_cast<int>(
      gpucompute::bench::guarded(std::vector<std::string>(words + (count > 0 ? 1 : 0), words + count)));
}
