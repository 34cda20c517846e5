// SPDX-License-Identifier: Apache-2.0
#include "bench/report/result.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <string>

#include "bench/report/json.hpp"
#include "bench/report/number.hpp"

namespace gpucompute::bench {
namespace {

constexpr int schema_version = 1;

void write_optional(json_writer& json, const char* key, const std::optional<double>& value) {
  json.key(key);
  if (value && std::isfinite(*value)) {
    json.value(*value);
  } else {
    json.null();
  }
}

void write_optional(json_writer& json, const char* key, const std::string& text) {
  json.key(key);
  if (text.empty()) {
    json.null();
  } else {
    json.value(text);
  }
}

void write_row(json_writer& json, const result_row& row) {
  json.begin_object();
  json.member("suite", row.suite);
  json.member("id", row.id);
  json.member("n", row.n);
  json.member("dtype", row.dtype);
  json.member("device", row.device);
  json.member("threads", row.threads);
  if (row.most_threads) json.member("most_threads", *row.most_threads);
  json.member("variant", row.variant);
  write_optional(json, "tier", row.tier);
  write_optional(json, "median_s", row.median);
  write_optional(json, "ci_low_s", row.low);
  write_optional(json, "ci_high_s", row.high);
  json.member("samples", row.samples);
  json.member("batch", row.batch);
  write_optional(json, "stop_reason", row.stop_reason);
  json.member("verified", row.verified);
  write_optional(json, "error", row.error);
  write_optional(json, "flops", row.flops);
  write_optional(json, "bytes", row.bytes);
  write_optional(json, "triad_bytes_per_s", row.triad);
  if (row.extrapolated) json.member("extrapolated", true);
  if (row.solve) {
    json.key("solve");
    write(json, *row.solve);
  }
  json.key("reasons");
  json.begin_object();
  for (const auto& [field, why] : row.reasons) json.member(field, why);
  json.end_object();
  json.end_object();
}

}  // namespace

std::string outcome(const result_row& row) {
  if (row.verified) return row.stop_reason;
  if (row.extrapolated) return "extrapolated";
  if (row.skipped) return row.reasons.at("median_s");
  return row.failed == exit_code::fine ? "NOT VERIFIED" : "FAILED: " + row.reasons.at("median_s");
}

std::optional<double> result_row::bytes_per_second() const {
  if (!bytes || !median) return std::nullopt;
  return *bytes / *median;
}

std::optional<double> result_row::share_of_triad() const {
  const auto rate = bytes_per_second();
  if (!rate || !triad) return std::nullopt;
  return *rate / *triad;
}

void explain_what_is_missing(result_row& row, const std::string& why) {
  const std::pair<const char*, bool> fields[] = {{"tier", row.tier.empty()},
                                                 {"median_s", !row.median},
                                                 {"ci_low_s", !row.low},
                                                 {"ci_high_s", !row.high},
                                                 {"stop_reason", row.stop_reason.empty()},
                                                 {"error", !row.error || !std::isfinite(*row.error)},
                                                 {"flops", !row.flops},
                                                 {"bytes", !row.bytes},
                                                 {"triad_bytes_per_s", !row.triad}};
  for (const auto& [field, missing] : fields) {
    if (missing) row.reasons.try_emplace(field, why);
  }
}

void set_not_verified(result_row& row, const std::string& why) {
  if (row.error && !std::isfinite(*row.error)) {
    row.reasons.try_emplace("error", "another shape than expected, or not finite where it should be");
  }
  explain_what_is_missing(row, why);
}

void set_times(result_row& row, const measurement& measured) {
  row.samples = measured.samples;
  row.batch = measured.batch;
  row.stop_reason = name(measured.reason);
  row.median = measured.estimate.median;
  row.low = measured.estimate.low;
  row.high = measured.estimate.high;
  if (!row.low) {
    const std::string why = "fewer than 6 samples within the time: no 95 % interval";
    row.reasons["ci_low_s"] = why;
    row.reasons["ci_high_s"] = why;
  }
}

namespace {

void set_nothing(result_row& row, const std::string& why) {
  row.verified = false;
  row.median = row.low = row.high = row.error = row.triad = {};
  row.samples.clear();
  row.stop_reason.clear();
  row.reasons.clear();
  explain_what_is_missing(row, why);
}

}  // namespace

void set_failed(result_row& row) {
  const exit_reason reason = reason_of_current_exception();
  if (reason.code == exit_code::bad_input) throw;
  row.failed = reason.code;
  set_nothing(row, reason.message);
}

void set_skipped(result_row& row, const std::string& why) {
  row.skipped = true;
  set_nothing(row, "skipped: " + why);
}

void set_extrapolated(result_row& row, double seconds, std::optional<double> low, std::optional<double> high,
                      const std::string& how) {
  set_nothing(row, "extrapolated: " + how);
  row.reasons.erase("median_s");
  row.extrapolated = true;
  row.median = seconds;
  row.low = low;
  row.high = high;
  if (low) {
    row.reasons.erase("ci_low_s");
    row.reasons.erase("ci_high_s");
  }
}

std::string utc_now() {
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  gmtime_r(&now, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string to_json(std::span<const result_row> rows, const run_facts& run,
                    const std::vector<fact_group>& environment) {
  json_writer json;
  json.begin_object();
  json.member("schema_version", schema_version);
  json.key("tool");
  json.begin_object();
  json.member("name", "gpubench");
  json.member("version", GPUBENCH_VERSION);
  json.member("target_ci", run.target_ci);
  json.member("max_time_s", run.max_time);
  json.member("clock_resolution_s", run.clock_resolution);
  json.member("started", run.started);
  json.member("finished", run.finished);
  if (!run.stopped_by.empty()) json.member("stopped_by", run.stopped_by);
  json.end_object();
  json.key("environment");
  write(json, environment);
  json.key("rows");
  json.begin_array();
  for (const result_row& row : rows) write_row(json, row);
  json.end_array();
  json.end_object();
  return json.text();
}

std::string format_seconds(double seconds, int digits) {
  struct unit {
    const char* name;
    double seconds;
    double from;  ///< in this unit; below it a smaller one suits
  };
  constexpr double day = 86'400, year = 365.25 * day;
  constexpr unit units[] = {{"centuries", 100 * year, 1},
                            {"years", year, 2},
                            {"months", year / 12, 2},
                            {"days", day, 2},
                            {"h", 3'600, 2},
                            {"min", 60, 2},
                            {"s", 1, 1},
                            {"ms", 1e-3, 1},
                            {"us", 1e-6, 1}};
  // Two digits of 123 are 120, not 1.2e+02.
  const auto number = [digits](double value) {
    return rounded(std::stod(rounded(value, digits)), std::max(digits, 4));
  };
  for (const unit& one : units) {
    if (seconds >= one.from * one.seconds) return number(seconds / one.seconds) + " " + one.name;
  }
  return number(seconds * 1e9) + " ns";
}

}  // namespace gpucompute::bench
