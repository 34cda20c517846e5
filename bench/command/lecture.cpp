// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <optional>

#include <gpucompute/gpucompute.hpp>

#include "bench/command/commands.hpp"
#include "bench/command/filter.hpp"
#include "bench/command/lecture_solves.hpp"
#include "bench/command/run_options.hpp"
#include "bench/command/run_progress.hpp"
#include "bench/files/output_file.hpp"
#include "bench/measure/processor_clock.hpp"
#include "bench/process/signals.hpp"
#include "bench/report/number.hpp"
#include "bench/report/solve_table.hpp"
#include "bench/report/table.hpp"
#include "bench/suites/suite.hpp"

namespace gpucompute::bench {
namespace {

constexpr option options[] = {
    {"--threads", "LIST", "numbers of threads, 1 to 4096; default: 1 and every power of two up to all"},
    {"--target-ci", "P%", "width of the 95 % interval of the median to stop at; default: 1%"},
    {"--max-time", "S", "most seconds a row; default: 1"},
    {"--json", "FILE", "writes all rows with raw samples and the environment; - is stdout"},
};

constexpr command_table table = {
    .name = "lecture",
    .operands = "",
    .summary = "Shows the lecture's tables on this machine: a**2 + b**2 + 2*a*b, and solving A x = b.",
    .details = "",
    .options = options,
};

/// What the lecture of 2011 measured on six cores; it does not give n.
struct lecture_figure {
  int threads;  ///< 0: NumPy
  const char* milliseconds;
  const char* speed_up;
};
constexpr lecture_figure figures[] = {{0, "35.9", ""}, {1, "9.28", "3.9x"}, {4, "4.17", "8.6x"}};

std::vector<int> powers_of_two_up_to(int most) {
  std::vector<int> list;
  for (int threads = 1; threads < most; threads *= 2) list.push_back(threads);
  list.push_back(most);
  return list;
}

std::string show(std::span<const result_row> rows) {
  const auto naive = std::ranges::find(rows, "naive", &result_row::variant);
  text_table shown{{{"a**2 + b**2 + 2*a*b"},
                    {"threads", true},
                    {"ms", true},
                    {"95%"},
                    {"speed-up", true},
                    {"GB/s", true},
                    {"% of triad", true},
                    {"2011:\nms", true},
                    {"2011:\nspeed-up", true}},
                   {}};
  for (const result_row& row : rows) {
    if (row.suite != "expr") continue;
    const bool is_naive = row.variant == "naive";
    const auto figure = std::ranges::find(figures, is_naive ? 0 : row.threads, &lecture_figure::threads);
    const bool known = figure != std::end(figures);
    const double unfused = is_naive || naive == rows.end() ? 0 : naive->median.value_or(0);
    const std::optional<double> rate = row.bytes_per_second(), share = row.share_of_triad();
    shown.rows.push_back({is_naive ? "an array at a time" : "fused (" + row.tier + ")", std::to_string(row.threads),
                          row.median ? rounded(*row.median * 1e3, 3) : "not verified", shown_spread(row),
                          row.median && unfused > 0 ? rounded(unfused / *row.median, 3) + "x" : "",
                          rate ? rounded(*rate * 1e-9, 3) : "", share ? rounded(*share * 100, 3) + "%" : "",
                          known ? figure->milliseconds : "", known ? figure->speed_up : ""});
  }
  return to_text(shown);
}

std::string footnotes(const run_request& request) {
  return "\nn = 1,000,000 float64. Each time is the median of samples taken until its 95 % interval is narrower than " +
         rounded(request.sampling.target_ci * 100, 3) + "%\nor " + rounded(request.sampling.max_time, 3) +
         " s are over; every result was verified first. ±0.24%: from 0.24 % less to 0.24 % more than the median; "
         "fewer\n"
         "than 6 samples give no interval, but their number. Speed-up: over an array at a time. GB/s counts both "
         "inputs "
         "read\nonce and the result written once; the triad is STREAM's, the best of plain and non-temporal stores, of "
         "the same size\nin this run.\n"
         "2011: the lecture's figures, best of 3 on a 6-core machine, NumPy and NumExpr; it does not give n.\n"
         "'gpubench run expr' times the other expressions.\n";
}

exit_code run(const parsed_command& line) {
  run_request request = parse_run_request(line);
  if (!line.has("--threads")) request.threads = powers_of_two_up_to(request.devices.front().threads);
  request.sizes = {1'000'000};
  request.filter = parse_filter("^expr/E2/.*/(naive|fused)$");
  if (const auto path = line.value("--json"); path && *path != "-") require_writable(*path);

  run_facts facts{
      request.sampling.target_ci, request.sampling.max_time, clock_resolution(steady_seconds), utc_now(), {}};
  std::vector<result_row> rows;
  const processor_clock others;
  const auto run_both = [](const run_request& asked, const progress& each, std::vector<result_row>& to) {
    run_expressions(asked, each, to);
    run_lecture_solves(asked, each, to);
  };
  const int signal = until_signalled([&] { run_reported(run_both, request, rows); });
  if (signal != 0) {
    report_stop(signal, rows.size());
    facts.stopped_by = "signal " + std::to_string(signal);
  }
  facts.finished = utc_now();
  const auto path = line.value("--json");
  if (path) write_to(*path, to_json(rows, facts, environment(false)));
  if (!path || *path != "-") {
    print(show(rows) + footnotes(request) + show_lecture_solves(rows) + disturbance(rows, others.share_of_others()) +
          "\n'gpubench --help' lists the commands.\n");
  }
  if (signal != 0) die_of(signal);
  return verdict(rows);
}

}  // namespace

const command lecture_command{table, run};

}  // namespace gpucompute::bench
