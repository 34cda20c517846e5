// SPDX-License-Identifier: Apache-2.0
#include "bench/command/lecture_solves.hpp"

#include <algorithm>

#include "bench/report/number.hpp"
#include "bench/report/solve_table.hpp"

namespace gpucompute::bench {
namespace {

/// What the lecture of 2011 says of n^3/3 operations at 100 MFlop/s: orders of magnitude.
struct lecture_figure {
  std::int64_t n;
  const char* time;
};
constexpr lecture_figure figures[] = {{10, "1 us"},       {100, "1 ms"},        {1'000, "1 s"},
                                      {10'000, "1 hour"}, {100'000, "1 month"}, {1'000'000, "1 century"}};

const result_row* find(std::span<const result_row> rows, std::int64_t n, std::string_view variant) {
  const auto found = std::ranges::find_if(
      rows, [&](const result_row& row) { return row.solve && row.n == n && row.variant == variant; });
  return found == rows.end() ? nullptr : &*found;
}

std::string time_of(const result_row* row) {
  if (row == nullptr) return "";
  return row->median ? shown_time(*row) : row->skipped ? "-" : "FAILED";
}

std::vector<std::int64_t> sizes_of(std::span<const result_row> rows) {
  std::vector<std::int64_t> sizes;
  for (const result_row& row : rows) {
    if (row.solve && (sizes.empty() || sizes.back() != row.n)) sizes.push_back(row.n);
  }
  return sizes;
}

/// "1 1 2": of LAPACK, this library and factors in float32.
std::string threads_of(std::span<const result_row> rows, std::int64_t n) {
  std::string text;
  for (const char* const variant : {"lapack", "fused", "mixed"}) {
    const result_row* const row = find(rows, n, variant);
    const bool known = row != nullptr && row->median;
    text += (text.empty() ? "" : " ") + (known ? std::to_string(row->threads) : "-");
  }
  return text;
}

std::string most_threads(std::span<const result_row> rows) {
  const auto ours =
      std::ranges::find_if(rows, [](const result_row& row) { return row.solve && row.variant == "fused"; });
  const int threads = ours == rows.end() ? 1 : ours->most_threads.value_or(1);
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

}  // namespace

void run_lecture_solves(run_request request, const progress& report, std::vector<result_row>& rows) {
  request.threads = {std::ranges::max(request.threads)};
  request.sizes.clear();
  request.filter.reset();
  run_solves(request, report, rows);
}

std::string show_lecture_solves(std::span<const result_row> rows) {
  text_table table{{{"A x = b, n", true},
                    {"2011: about"},
                    {"n^3/3 at 100 MFlop/s", true},
                    {"textbook", true},
                    {"LAPACK", true},
                    {"this library", true},
                    {"95%", true},
                    {"factors float32", true},
                    {"on threads"},
                    {"GFLOP/s (2n^3/3)", true},
                    {"of GEMM", true},
                    {"HPL residual", true}},
                   {}};
  for (const std::int64_t n : sizes_of(rows)) {
    const auto figure = std::ranges::find(figures, n, &lecture_figure::n);
    const result_row* const ours = find(rows, n, "fused");
    const bool measured = ours != nullptr && ours->verified && ours->solve;
    const double rate = measured ? ours->flops.value_or(0) / ours->median.value_or(0) : 0;
    const double gemm = measured ? ours->solve->gemm_flops_per_s.value_or(0) : 0;
    const double residual = measured ? ours->solve->hpl_residual.value_or(0) : 0;
    table.rows.push_back({std::to_string(n), figure == std::end(figures) ? "" : figure->time,
                          format_seconds(lecture_seconds(n)), time_of(find(rows, n, "textbook")),
                          time_of(find(rows, n, "lapack")), time_of(ours), ours == nullptr ? "" : shown_spread(*ours),
                          time_of(find(rows, n, "mixed")), threads_of(rows, n), rate > 0 ? rounded(rate * 1e-9, 3) : "",
                          gemm > 0 ? rounded(rate / gemm * 100, 3) + "%" : "", measured ? rounded(residual, 2) : ""});
  }
  if (table.rows.empty()) return "";
  return "\n" + to_text(table) + about_solves(rows) +
         "Textbook: elimination in plain loops on one thread; LAPACK, this library and factors float32 on at most " +
         most_threads(rows) +
         ",\nand on how many each was measured. LAPACK: getrf and getrs with their copy of A.\n'gpubench run solve' "
         "shows every row.\n";
}

}  // namespace gpucompute::bench
