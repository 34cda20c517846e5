// SPDX-License-Identifier: Apache-2.0
#include "bench/command/run_progress.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <unistd.h>
#include <utility>

#include "bench/report/solve_table.hpp"

namespace gpucompute::bench {
namespace {

std::string line_of(const result_row& row) {
  const std::string threads = shown_threads(row);
  std::string text = row.suite + "/" + row.id + " n=" + std::to_string(row.n) + " " + row.device + " " + threads +
                     (threads == "1" ? " thread " : " threads ") + row.variant + ": " +
                     (row.median ? shown_time(row) : "no time");
  if (row.extrapolated) text += " " + shown_spread(row);
  if (!row.verified) text += ", " + outcome(row);
  return text;
}

}  // namespace

run_progress::run_progress(std::vector<result_row> planned, double max_time, clock_function now)
    : planned_(std::move(planned)), max_time_(max_time), now_(std::move(now)), begin_(now_()) {}

std::string run_progress::finished(const result_row& row) {
  ++finished_;
  if (row.extrapolated) ++extrapolated_;
  if (row.solve && row.verified) measured_.push_back(row);
  return std::to_string(finished_) + " of " + std::to_string(std::max(planned_.size(), finished_)) + " " + line_of(row);
}

/// Judged by the largest size so far, before there is one by what a few processors do: such a row takes no time.
bool run_progress::is_too_long(const result_row& planned) const {
  constexpr std::int64_t least_order = 1000;  // the time of smaller ones grows less than n^3
  constexpr double usual_flops_per_s = 5e10;
  if (!planned.solve) return false;
  const result_row* last = nullptr;
  for (const result_row& row : measured_) {
    const bool is_alike = row.device == planned.device && row.variant == planned.variant;
    if (is_alike && row.n >= least_order && row.n < planned.n && (last == nullptr || row.n >= last->n)) last = &row;
  }
  if (last == nullptr) return lapack_flops(planned.n) > usual_flops_per_s * max_time_;
  const double growth = std::pow(static_cast<double>(planned.n) / static_cast<double>(last->n), 3);
  return last->median.value_or(0) * growth > max_time_;
}

std::optional<double> run_progress::seconds_left() const {
  const std::size_t timed = finished_ - extrapolated_;
  if (timed == 0 || finished_ >= planned_.size()) return std::nullopt;
  const auto too_long = std::ranges::count_if(planned_, [this](const result_row& row) { return is_too_long(row); });
  const std::size_t quick = std::max(static_cast<std::size_t>(too_long), extrapolated_);
  const std::size_t to_time = planned_.size() - std::min(planned_.size(), timed + quick);
  if (to_time == 0) return std::nullopt;
  return (now_() - begin_) / static_cast<double>(timed) * static_cast<double>(to_time);
}

void run_reported(const measuring& run, const run_request& request, std::vector<result_row>& rows) {
  run_request listing = request;
  listing.only_lists = true;
  std::vector<result_row> planned;
  run(
      listing, [](const result_row&) {}, planned);
  run_progress told(std::move(planned), request.sampling.max_time);
  const auto tell = [&told](const result_row& row) {
    std::string text = told.finished(row);
    const auto left = told.seconds_left();
    if (left && isatty(STDERR_FILENO) != 0) {
      text += ", about " + format_seconds(std::max(1.0, std::round(*left)), 2) + " left";
    }
    std::fprintf(stderr, "%s\n", text.c_str());
  };
  run(request, tell, rows);
}

}  // namespace gpucompute::bench
