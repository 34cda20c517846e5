// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
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
    for (const int threads : request_.threads) {
      for (const char* name : {"naive", "fused", "fast", "hand"}) {
        result_row row{.suite = "expr",
                       .id = std::string(case_.id),
                       .n = n,
                       .dtype = dtype_of_inputs(case_),
                       .device = where.name,
                       .threads = threads,
                       .variant = name};
        if (exists(row) && selected(request_, row)) wanted.push_back(std::move(row));
      }
    }
    if (wanted.empty()) return;
    const bool has_rows = rounded_to_rows(case_, n) > 0;
    std::optional<case_data> data;
    for (result_row& row : wanted) {
      stop_if_signalled();
      if (!has_rows) {
        set_skipped(row, "n = " + std::to_string(n) + " is less than a row");
      } else {
        try {
          if (!data) data = make_data(case_, n);
          time(row, *data);
        } catch (...) {
          set_failed(row);
        }
      }
      report_(row);
      rows_.push_back(std::move(row));
      std::ranges::move(ceilings_, std::back_inserter(rows_));
      ceilings_.clear();
    }
  }

 private:
  bool exists(const result_row& row) const {
    if (row.variant == "naive") return !case_.naive.empty() && row.threads == request_.threads.front();
    if (row.variant == "hand") return case_.hand != nullptr && row.device == "cpu";
    return true;
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
    if (row.variant == "naive") row.threads = 1;
    const variant made = make(row, data);
    made.call();
    const std::vector<array> results = made.results();
    row.error = case_.error(data, results);
    const double allowed = case_.tolerance(data.n) * (row.variant == "fast" ? fast_allowance : 1);
    row.verified = *row.error <= allowed;
    row.flops = case_.flops * static_cast<double>(data.n);
    row.bytes = ideal_bytes(data, results);
    if (row.verified) {
      set_times(row, measure(made.call, request_.sampling));
    } else {
      if (!std::isfinite(*row.error))
        row.reasons["error"] = "another shape than expected, or not finite where it should be";
      row.reasons["median_s"] = "the result did not verify: at most " + std::to_string(allowed) + " ULP expected";
    }
    row.tier = made.tier();
    if (row.device == "cpu") {
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
    for (const std::int64_t n : request.sizes.empty() ? one.sizes : request.sizes) {
      for (const device_info& where : request.devices) run.run(n, where);
    }
  }
  run_latency(request, report, rows);
}

bool selected(const run_request& request, const result_row& row) {
  if (!request.filter) return true;
  const std::string whole = row.suite + "/" + row.id + "/" + std::to_string(row.n) + "/" + row.dtype + "/" +
                            row.device + "/" + std::to_string(row.threads) + "/" + row.variant;
  return std::regex_search(row.id, *request.filter) || std::regex_search(whole, *request.filter);
}

}  // namespace gpucompute::bench
