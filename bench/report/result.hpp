// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "bench/measure/environment.hpp"
#include "bench/measure/sampler.hpp"
#include "bench/process/failure.hpp"
#include "bench/report/solve_facts.hpp"

namespace gpucompute::bench {

/// One timed case. What is unknown is empty, and `reasons` says why, by the name of the field in result files; what is known
/// has no reason.
struct result_row {
  std::string suite = {}, id = {};
  std::int64_t n = 0;
  std::string dtype = {}, device = {};
  int threads = 1;                       ///< that it was measured on
  std::optional<int> most_threads = {};  ///< solves: that it might use
  std::string variant = {}, tier = {};
  std::optional<double> median = {}, low = {}, high = {};  ///< seconds
  std::vector<double> samples = {};                        ///< seconds, in the order they were taken
  std::int64_t batch = 1;                                  ///< calls a sample
  std::string stop_reason = {};                            ///< empty when nothing was timed
  bool verified = false;
  std::optional<double> error = {};  ///< units in the last place
  std::optional<double> flops = {}, bytes = {};
  std::optional<double> triad =
      {};  ///< bytes a second of the best STREAM triad of this n, up to these threads, in this run
  std::map<std::string, std::string> reasons = {};
  exit_code failed = exit_code::fine;  ///< what an exception that ended the row means for the shell
  bool skipped = false;                ///< there is no such case; no failure
  bool extrapolated = false;           ///< median and interval are those of a fit; nothing was timed or verified
  std::optional<solve_facts> solve = {};

  std::optional<double> bytes_per_second() const;
  std::optional<double> share_of_triad() const;
};

/// What is empty in the row and has no reason yet is so because of `why`.
void explain_what_is_missing(result_row& row, const std::string& why);

/// The result is not right: `why` stands for the times.
void set_not_verified(result_row& row, const std::string& why);

/// Copies samples, interval and reason for stopping.
void set_times(result_row& row, const measurement& measured);

/// Called inside a catch block: the row has no times and says why, so that a run can go on and keep the others.
/// @throw what was caught when it is the user's mistake or no exception of ours at all
void set_failed(result_row& row);

/// The row has no times and says why; for what a case does not have.
void set_skipped(result_row& row, const std::string& why);

/// The row has times of a fit and no samples; `how` says which.
void set_extrapolated(result_row& row, double seconds, std::optional<double> low, std::optional<double> high,
                      const std::string& how);

/// Why the row ended, for people.
std::string outcome(const result_row& row);

/// How a run was asked for, in the "tool" object.
struct run_facts {
  double target_ci, max_time;  ///< NaN where there was none
  double clock_resolution;
  std::string started, finished;  ///< UTC
  std::string stopped_by = {};    ///< the signal that ended it before its last row; empty: none did
};
std::string utc_now();

/// The file of schema/results.schema.json.
std::string to_json(std::span<const result_row> rows, const run_facts& run, const std::vector<fact_group>& environment);
/// One line a row with plain numbers, for programs.
std::string to_csv(std::span<const result_row> rows);
/// For people, rows with `solve` in a table of their own: times in the unit that suits them, half the interval's width in per cent.
std::string to_text(std::span<const result_row> rows);
std::string to_markdown(std::span<const result_row> rows);

/// Whether the machine was busy meanwhile: lines that say so, or nothing. `others`: the share of the processors' time that
/// other programs and the host took, unknown without a value.
std::string disturbance(std::span<const result_row> rows, std::optional<double> others);

/// "1.234 ms", "41.2 days": at most so many significant digits, of the unit that suits, up to centuries.
std::string format_seconds(double seconds, int digits = 4);

}  // namespace gpucompute::bench
