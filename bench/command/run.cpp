// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <functional>
#include <utility>

#include <gpucompute/gpucompute.hpp>

#include "bench/command/commands.hpp"
#include "bench/command/list.hpp"
#include "bench/command/nearest.hpp"
#include "bench/command/run_options.hpp"
#include "bench/command/run_progress.hpp"
#include "bench/files/output_file.hpp"
#include "bench/measure/processor_clock.hpp"
#include "bench/process/signals.hpp"
#include "bench/report/solve_table.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/suite.hpp"

namespace gpucompute::bench {
namespace {

struct suite {
  std::string_view name;
  void (*run)(const run_request&, const progress&, std::vector<result_row>&);
};
constexpr suite suites[] = {{"expr", run_expressions}, {"solve", run_solves}, {"ceilings", run_ceilings}};

constexpr option options[] = {
    {"--n", "LIST", "sizes; default: each case's own"},
    {"--threads", "LIST", "numbers of threads, 1 to 4096; default: 1 and all"},
    {"--device", "LIST", "cpu (default), reference, cuda, cuda:N, all"},
    {"--filter", "RE", "only cases with a match in the id or in suite/id/n/dtype/device/threads/variant"},
    {"--target-ci", "P%", "width of the 95 % interval of the median to stop at; default: 1%"},
    {"--max-time", "S", "most seconds a case; default: 1"},
    {"--json", "FILE", "writes all rows with raw samples and the environment; - is stdout"},
    {"--csv", "FILE", "writes the table for programs"},
    {"--md", "FILE", "writes the table as Markdown"},
    {"--identify", "", "adds host name, user and directory to the environment"},
};

constexpr command_table table = {
    .name = "run",
    .operands = "SUITE...",
    .summary = "Times suites: expr (array expressions), solve (dense systems), ceilings (memory bandwidth).",
    .details =
        "LIST      ITEM[,ITEM...] with ITEM = 1000, 1e3, 2^10, LO:HI:xK (geometric) or LO:HI:+K\n"
        "A result is verified before its time is printed; samples are taken until the interval of the median is "
        "narrow\n"
        "enough or the time is over, and the row says which.\n"
        "variants  naive: an array at a time on one thread; fused: this library; fast: the same with --precision "
        "fast;\n"
        "          hand: the compiled loop. GB/s counts each input element read and each result element written once;\n"
        "          'of triad' is relative to the best sample of STREAM's triads of the same n in the same run.\n"
        "solve     textbook: elimination as a plain loop on one thread; lapack: getrf and getrs of the same library "
        "with "
        "its\n"
        "          copy of A; fused: this library, verification included; mixed: the same with factors in float32. 'of "
        "GEMM'\n"
        "          is relative to the best sample of dgemm on as many threads in the same run. '1 of 2' threads: two "
        "were\n"
        "          allowed; lapack and mixed are timed on one or on all, as is faster at that n where calls are short, "
        "and\n"
        "          fused chooses by itself. What takes longer than --max-time or does not fit in memory is "
        "extrapolated\n"
        "          from this run's times and marked with ~.\n"
        "signals   the first SIGINT, SIGTERM or SIGHUP stops after the call in progress, and the files have the "
        "finished\n"
        "          rows; the second one ends at once, without files.",
    .fewest = 1,
    .most = 100,
    .options = options,
};

const suite& find_suite(std::string_view name) {
  std::vector<std::string_view> known;
  for (const suite& one : suites) {
    if (one.name == name) return one;
    known.push_back(one.name);
  }
  std::string all;
  for (const std::string_view each : known) all.append(all.empty() ? "" : ", ").append(each);
  throw bad_input("unknown suite '" + std::string(name) + "'" + suggestion(name, known) + "; there are: " + all);
}

constexpr const char* output_options[] = {"--json", "--csv", "--md"};

/// Before hours of work: each file can be written, and no two are one.
void require_outputs(const parsed_command& line) {
  std::vector<std::pair<std::string, std::string>> earlier;
  for (const char* option : output_options) {
    const auto path = line.value(option);
    if (!path) continue;
    if (*path != "-") require_writable(*path);
    for (const auto& [other, its_path] : earlier) {
      if (same_output(its_path, *path)) {
        std::string problem = std::string(option) + " " + *path + ": expected a file of its own, got that of ";
        problem += other + " ";
        problem += its_path;
        throw bad_input(problem);
      }
    }
    earlier.emplace_back(option, *path);
  }
}

/// What was asked for alone and cannot be run is a mistake; beside others it is a row that says so.
void refuse_if_nothing_ran(const parsed_command& line, std::span<const result_row> rows) {
  if (rows.empty()) throw bad_input("no case matches --filter '" + line.value("--filter").value_or("") + "'");
  if (std::ranges::all_of(rows, &result_row::skipped)) {
    throw bad_input("no case can be run: " + rows[0].suite + "/" + rows[0].id + " " + rows[0].reasons.at("median_s"));
  }
}

/// The expressions that the rows' ids stand for, a line each.
std::string expressions(std::span<const result_row> rows) {
  std::string text;
  for (const expression_case& one : expression_cases()) {
    if (std::ranges::find(rows, one.id, &result_row::id) == rows.end()) continue;
    text += std::string(one.id) + ": " + std::string(one.text) + "\n";
  }
  return text.empty() ? text : "\n" + text;
}

exit_code run(const parsed_command& line) {
  std::vector<const suite*> chosen;
  for (const std::string& name : line.operands()) chosen.push_back(&find_suite(name));
  const run_request request = parse_run_request(line);
  require_outputs(line);

  run_facts facts{
      request.sampling.target_ci, request.sampling.max_time, clock_resolution(steady_seconds), utc_now(), {}};
  std::vector<result_row> rows;
  const processor_clock others;
  const auto run_suites = [&](const run_request& asked, const progress& each, std::vector<result_row>& to) {
    for (const suite* one : chosen) one->run(asked, each, to);
  };
  const int signal = until_signalled([&] { run_reported(run_suites, request, rows); });
  if (signal != 0) {
    report_stop(signal, rows.size());
    facts.stopped_by = "signal " + std::to_string(signal);
  } else {
    refuse_if_nothing_ran(line, rows);
  }
  facts.finished = utc_now();

  bool stdout_is_taken = false;
  exit_code code = verdict(rows);
  // One file that cannot be written takes no other with it.
  const auto deliver = [&](const char* option, const std::function<std::string()>& text) {
    const auto path = line.value(option);
    if (!path) return;
    stdout_is_taken = stdout_is_taken || is_stdout(*path);
    try {
      write_to(*path, text());
    } catch (...) {
      const exit_reason reason = reason_of_current_exception();
      std::fprintf(stderr, "gpubench: %s\n", reason.message.c_str());
      code = worse(code, reason.code);
    }
  };
  deliver("--json", [&] { return to_json(rows, facts, environment(line.has("--identify"))); });
  deliver("--csv", [&] { return to_csv(rows); });
  deliver("--md", [&] { return to_markdown(rows); });
  if (!stdout_is_taken) print(to_text(rows) + expressions(rows) + about_solves(rows) + about_threads(rows));
  std::fputs(disturbance(rows, others.share_of_others()).c_str(), stderr);
  if (signal != 0) die_of(signal);
  return code;
}

}  // namespace

const command run_command{table, run};

}  // namespace gpucompute::bench
