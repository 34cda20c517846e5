// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>

#include "bench/report/number.hpp"
#include "bench/report/result.hpp"
#include "bench/report/solve_table.hpp"
#include "bench/report/table.hpp"

namespace gpucompute::bench {
namespace {

std::string optional_text(const std::optional<double>& value, double scale, int digits, const char* unit = "") {
  return value ? rounded(*value * scale, digits) + unit : "";
}

text_table human_table(std::span<const result_row> rows) {
  text_table table{{{"id"},
                    {"n", true},
                    {"dtype"},
                    {"device"},
                    {"threads", true},
                    {"variant"},
                    {"tier"},
                    {"median", true},
                    {"95%", true},
                    {"GB/s", true},
                    {"of triad", true},
                    {"GFLOP/s", true},
                    {"error ULP", true},
                    {"stopped by"}},
                   {}};
  for (const result_row& row : rows) {
    if (row.solve) continue;
    const auto rate = row.flops && row.median ? std::optional(*row.flops / *row.median) : std::nullopt;
    table.rows.push_back({row.id, std::to_string(row.n), row.dtype, row.device, std::to_string(row.threads),
                          row.variant, row.tier, shown_time(row), shown_spread(row),
                          optional_text(row.bytes_per_second(), 1e-9, 3),
                          optional_text(row.share_of_triad(), 100, 3, "%"), optional_text(rate, 1e-9, 3),
                          optional_text(row.error, 1, 3), outcome(row)});
  }
  return table;
}

std::string plain(const std::optional<double>& value) { return value && std::isfinite(*value) ? shortest(*value) : ""; }

std::string why_no_time(const result_row& row) {
  const auto why = row.reasons.find("median_s");
  return why == row.reasons.end() ? "" : why->second;
}

/// Neither, one or both, a blank line between them.
template <typename Render>
std::string rendered(std::span<const result_row> rows, Render render) {
  const text_table others = human_table(rows), solves = solve_table(rows);
  if (solves.rows.empty()) return render(others);
  return (others.rows.empty() ? "" : render(others) + "\n") + render(solves);
}

}  // namespace

std::string to_csv(std::span<const result_row> rows) {
  text_table table;
  for (const char* heading : {"suite",
                              "id",
                              "n",
                              "dtype",
                              "device",
                              "threads",
                              "variant",
                              "tier",
                              "median_s",
                              "ci_low_s",
                              "ci_high_s",
                              "samples",
                              "batch",
                              "stop_reason",
                              "verified",
                              "error",
                              "flops",
                              "bytes",
                              "triad_bytes_per_s",
                              "why_no_time",
                              "extrapolated",
                              "backward_error",
                              "hpl_residual",
                              "gemm_flops_per_s",
                              "lecture_flops",
                              "lecture_s",
                              "most_threads"}) {
    table.columns.push_back({heading});
  }
  for (const result_row& row : rows) {
    table.rows.push_back({row.suite,
                          row.id,
                          std::to_string(row.n),
                          row.dtype,
                          row.device,
                          std::to_string(row.threads),
                          row.variant,
                          row.tier,
                          plain(row.median),
                          plain(row.low),
                          plain(row.high),
                          std::to_string(row.samples.size()),
                          std::to_string(row.batch),
                          row.stop_reason,
                          row.verified ? "true" : "false",
                          plain(row.error),
                          plain(row.flops),
                          plain(row.bytes),
                          plain(row.triad),
                          why_no_time(row),
                          row.extrapolated ? "true" : "false",
                          row.solve ? plain(row.solve->backward_error) : "",
                          row.solve ? plain(row.solve->hpl_residual) : "",
                          row.solve ? plain(row.solve->gemm_flops_per_s) : "",
                          row.solve ? plain(row.solve->lecture_flops) : "",
                          row.solve ? plain(row.solve->lecture_seconds) : "",
                          row.most_threads ? std::to_string(*row.most_threads) : ""});
  }
  return to_csv(table);
}

std::string to_text(std::span<const result_row> rows) {
  return rendered(rows, [](const text_table& table) { return to_text(table); });
}
std::string to_markdown(std::span<const result_row> rows) {
  return rendered(rows, [](const text_table& table) { return to_markdown(table); });
}

std::string disturbance(std::span<const result_row> rows, std::optional<double> others) {
  constexpr double unquiet = 0.05;
  const auto scattered = std::ranges::count_if(rows, [](const result_row& row) {
    return row.median && row.low && row.high && !row.extrapolated && *row.high - *row.low > unquiet * *row.median;
  });
  std::string text;
  if (others && *others > unquiet) {
    text += "The machine was busy: other programs and its host took " + rounded(*others * 100, 2) +
            "% of the processors meanwhile; times may be too long.\n";
  }
  if (scattered > 0) {
    text += "The samples of " + std::to_string(scattered) + " of " + std::to_string(rows.size()) +
            " rows scatter: the 95 % interval of their median is wider than " + rounded(unquiet * 100, 2) +
            "% of it.\n";
  }
  return text;
}

}  // namespace gpucompute::bench
