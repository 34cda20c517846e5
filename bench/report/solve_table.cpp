// SPDX-License-Identifier: Apache-2.0
#include "bench/report/solve_table.hpp"

#include <algorithm>
#include <string>

#include "bench/report/number.hpp"

namespace gpucompute::bench {
namespace {

std::string number(const std::optional<double>& value) { return value ? rounded(*value, 2) : ""; }

std::string seconds(const std::optional<double>& value) { return value ? format_seconds(*value) : ""; }

/// Whether an extrapolated time is known to little more than a factor.
bool is_wide(const result_row& row) {
  constexpr double wide = 1.25;
  return row.extrapolated && row.median && row.high && *row.high > wide * *row.median;
}

}  // namespace

std::string shown_time(const result_row& row) {
  if (!row.median) return "-";
  if (!row.extrapolated) return format_seconds(*row.median);
  return "~ " + format_seconds(*row.median, is_wide(row) ? 2 : 3);
}

std::string shown_spread(const result_row& row) {
  if (!row.median) return "";
  if (!row.low || !row.high) {
    const std::size_t count = row.samples.size();
    if (count == 0) return row.extrapolated ? "none" : "";
    return std::to_string(count) + (count == 1 ? " sample" : " samples");
  }
  if (is_wide(row)) {
    const std::string factor = rounded(*row.high / *row.median, 2);
    return "/" + factor + " x" + factor;
  }
  return "±" + rounded(50 * (*row.high - *row.low) / *row.median, 2) + "%";
}

std::string shown_threads(const result_row& row) {
  const int most = row.most_threads.value_or(row.threads);
  return std::to_string(row.threads) + (row.threads == most ? "" : " of " + std::to_string(most));
}

text_table solve_table(std::span<const result_row> rows) {
  text_table table{{{"n", true},
                    {"device"},
                    {"threads", true},
                    {"variant"},
                    {"by"},
                    {"median", true},
                    {"95%", true},
                    {"GFLOP/s (2n^3/3)", true},
                    {"(n^3/3)", true},
                    {"of GEMM", true},
                    {"HPL residual", true},
                    {"backward error", true},
                    {"at 100 MFlop/s", true},
                    {"stopped by"}},
                   {}};
  for (const result_row& row : rows) {
    if (!row.solve) continue;
    const double flops = row.median && row.flops ? *row.flops / *row.median : 0;
    const double lecture = row.median ? row.solve->lecture_flops.value_or(0) / *row.median : 0;
    const double gemm = row.solve->gemm_flops_per_s.value_or(0);
    table.rows.push_back(
        {std::to_string(row.n), row.device, shown_threads(row), row.variant, row.tier, shown_time(row),
         shown_spread(row), flops > 0 ? rounded(flops * 1e-9, 3) : "", lecture > 0 ? rounded(lecture * 1e-9, 3) : "",
         flops > 0 && gemm > 0 ? rounded(flops / gemm * 100, 3) + "%" : "", number(row.solve->hpl_residual),
         number(row.solve->backward_error), seconds(row.solve->lecture_seconds), outcome(row)});
  }
  return table;
}

std::string about_solves(std::span<const result_row> rows) {
  const auto has = [&](auto what) { return std::ranges::any_of(rows, what); };
  if (!has([](const result_row& row) { return row.solve.has_value(); })) return "";
  std::string text =
      "\nEvery x was verified before its time was taken: |b - A x| / (|A| |x| + |b|), infinity norms, at most 30 n "
      "2^-53; "
      "over\nn 2^-53 it is HPL's residual. LAPACK counts 2n^3/3 operations, the lecture n^3/3, at 100 MFlop/s.\n"
      "95%: where the median lies with 95 %. ±0.24%: from 0.24 % less to 0.24 % more than it.\n";
  if (has([](const result_row& row) { return row.median && !row.low && !row.samples.empty(); })) {
    text += "4 samples: fewer than 6 in the time give no 95 % interval; so many there were.\n";
  }
  if (has([](const result_row& row) { return row.extrapolated; })) {
    text +=
        "~ is extrapolated: t = c0 + c2 n^2 + c3 n^3, no coefficient negative, by least squares of the relative errors "
        "times n\nof this run's times of the same kind. 95% is, from the residuals, where a further time would lie "
        "with "
        "95 % if these\nwere chance: ~ 6 h /2.1 x2.1 from 6/2.1 to 6 x 2.1 hours; none where too few sizes were "
        "measured.\n";
  }
  return text;
}

std::string about_threads(std::span<const result_row> rows) {
  const auto chooses = [](const result_row& row) { return row.solve && row.most_threads.value_or(1) > 1; };
  if (std::ranges::none_of(rows, chooses)) return "";
  return "1 of 2 threads: two were allowed, one was used. LAPACK and factors in float32 are timed on one or on all, as "
         "is "
         "faster\nat that n where calls are short; this library chooses by itself. 'of GEMM' is of dgemm on as many.\n";
}

}  // namespace gpucompute::bench
