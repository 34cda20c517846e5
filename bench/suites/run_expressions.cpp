// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <optional>

#include "bench/process/signals.hpp"
#include "bench/suites/expression_case.hpp"
#include "bench/suites/latency.hpp"
#include "bench/suites/suite.hpp"
#include "bench/suites/variants.hpp"

namespace gpucompute::bench {
namespace {

/// Contraction and quicker functions may be off by this much more.
constexpr double fast_allowance = 8;

/// A case at one size on one device.
class expression_run {
 public:
  expression_run(const run_request& request, const expression_case& one, triad_ceiling& ceiling,
                 std::vector<result_row>& rows, const progress& report)
      : request_(request), case_(one), ceiling_(ceiling), rows_(rows), report_(report) {}

  void run(std::int64_t n, const device_info& where) {
    std::vector<result_row> wanted;
    const auto want = [&](const char* name, int threads) {
      result_row row{.suite = "expr",
                     .id = std::string(case_.id),
                     .n = n,
                     .dtype = dtype_of_inputs(case_),
                     .device = where.name,
                     .threads = threads,
                     .variant = name};
      if (selected(request_, row)) wanted.push_back(std::move(row));
    };
    if (!case_.naive.empty()) want("naive", 1);
    for (const int threads : request_.threads) {
      want("fused", threads);
      if (where.name != "reference") want("fast", threads);  // always precise
      if (case_.hand != nullptr && where.name == "cpu") want("hand", threads);
    }
    if (request_.only_lists) {
      std::ranges::move(wanted, std::back_inserter(rows_));
      return;
    }
    std::optional<case_data> data;
    for (result_row& row : wanted) {
      stop_if_signalled();
      if (rounded_to_rows(case_, n) == 0) {
        set_skipped(row, "n = " + std::to_string(n) + " is less than a row");
      } else if (row.variant != "hand" && row.threads > where.threads) {
        set_skipped(row, more_threads_than(where));
      } else {
        time_row(row, data, n);
      }
      finish(row);
    }
  }

 private:
  void finish(result_row& row) {
    report_(row);
    rows_.push_back(std::move(row));
    std::ranges::move(ceilings_, std::back_inserter(rows_));
    ceilings_.clear();
  }

  void time_row(result_row& row, std::optional<case_data>& data, std::int64_t n) {
    try {
      if (!data) data = make_data(case_, n);
      time(row, *data);
    } catch (const stopped_by_signal&) {
      if (row.median) {  // only its ceiling is not there
        explain_what_is_missing(row, "the run was stopped before it was measured");
        finish(row);
      }
      throw;
    } catch (...) {
      set_failed(row);
    }
  }

  variant make(const result_row& row, const case_data& data) {
    const device where(row.device);
    if (row.variant == "naive") return naive_variant(case_, data, where);
    if (row.variant == "fast") return fused_variant(case_, data, where, row.threads, precision::fast);
    variant fused = fused_variant(case_, data, where, row.threads, precision::precise);
    if (row.variant == "fused") return fused;
    return hand_variant(case_, data, fused.results(), row.threads);
  }

  void time(result_row& row, const case_data& data) {
    row.n = data.n;
    const variant made = make(row, data);
    made.call();
    const std::vector<array> results = made.results();
    row.error = case_.error(data, results);
    const double allowed = case_.tolerance(data.n) * (row.variant == "fast" ? fast_allowance : 1);
    row.verified = *row.error <= allowed;
    row.flops = case_.flops * static_cast<double>(data.n);
    row.bytes = ideal_bytes(data, results);
    if (row.verified) set_times(row, measure(made.call, request_.sampling));
    row.tier = made.tier();
    if (!row.verified) {
      set_not_verified(row, "the result did not verify: at most " + std::to_string(allowed) + " ULP expected");
    } else if (row.device == "cpu") {
      row.triad = ceiling_.bytes_per_second(data.n, row.threads, ceilings_);
      if (!row.triad) row.reasons["triad_bytes_per_s"] = "no triad of this size verified";
    } else {
      row.reasons["triad_bytes_per_s"] = "the triad is measured on the cpu";
    }
  }

  const run_request& request_;
  const expression_case& case_;
  triad_ceiling& ceiling_;
  std::vector<result_row>& rows_;
  const progress& report_;
  std::vector<result_row> ceilings_;
};

}  // namespace

void run_expressions(const run_request& request, const progress& report, std::vector<result_row>& rows) {
  triad_ceiling ceiling(request.sampling);
  for (const expression_case& one : expression_cases()) {
    expression_run run(request, one, ceiling, rows, report);
    std::vector<std::int64_t> used;  // sizes that differ by less than a row are one
    for (const std::int64_t n : request.sizes.empty() ? one.sizes : request.sizes) {
      const std::int64_t whole = rounded_to_rows(one, n);
      if (whole > 0 && std::ranges::find(used, whole) != used.end()) continue;
      used.push_back(whole);
      for (const device_info& where : request.devices) run.run(n, where);
    }
  }
  run_latency(request, report, rows);
}

std::string more_threads_than(const device_info& where) {
  return where.name + " has " + std::to_string(where.threads) + (where.threads == 1 ? " thread" : " threads") +
         " (GPUCOMPUTE_NUM_THREADS, or the processors that the process may use)";
}

bool selected(const run_request& request, const result_row& row) {
  if (!request.filter) return true;
  const std::string whole = row.suite + "/" + row.id + "/" + std::to_string(row.n) + "/" + row.dtype + "/" +
                            row.device + "/" + std::to_string(row.threads) + "/" + row.variant;
  return std::regex_search(row.id, *request.filter) || std::regex_search(whole, *request.filter);
}

}  // namespace gpucompute::bench
