// SPDX-License-Identifier: Apache-2.0
#include "bench/command/commands.hpp"
#include "bench/measure/environment.hpp"
#include "bench/report/json.hpp"

namespace gpucompute::bench {
namespace {

constexpr option options[] = {
    {"--identify", "", "host name, user and directory, too"},
    {"--json", "FILE", "writes it as JSON; - is stdout"},
};

constexpr command_table table = {
    .name = "env",
    .operands = "",
    .summary = "Shows what a measurement on this machine depends on: processor, memory, system, build.",
    .details = "",
    .options = options,
};

exit_code run(const parsed_command& line) {
  const std::vector<fact_group> groups = environment(line.has("--identify"));
  const auto path = line.value("--json");
  if (!path) {
    print(to_text(groups));
    return exit_code::fine;
  }
  json_writer json;
  write(json, groups);
  write_to(*path, json.text());
  return exit_code::fine;
}

}  // namespace

const command env_command{table, run};

}  // namespace gpucompute::bench
