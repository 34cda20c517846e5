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

std::string spread_of(const result_row* row) { return row == nullptr ? "" : shown_spread(*row); }

std::string threads_of(const result_row* row) {
  return row == nullptr || !row->median ? "-" : std::to_string(row->threads);
}

std::string most_threads(std::span<const result_row> rows) {
  const auto ours =
      std::ranges::find_if(rows, [](const result_row& row) { return row.solve && row.variant == "fused"; });
  const int threads = ours == rows.end() ? 1 : ours->most_threads.value_or(1);
  return std::to_string(threads) + (threads == 1 ? " thread" : " threads");
}

/// Times, each beside its interval.
text_table times(std::span<const result_row> rows) {
  text_table table{{{"n", true},
                    {"2011:\nabout"},
                    {"textbook", true},
                    {"95%"},
                    {"LAPACK", true},
                    {"95%"},
                    {"this library", true},
                    {"95%"},
                    {"float32", true},
                    {"95%"}},
                   {}};
  for (const std::int64_t n : sizes_of(rows)) {
    const auto figure = std::ranges::find(figures, n, &lecture_figure::n);
    std::vector<std::string>& cells = table.rows.emplace_back();
    cells = {std::to_string(n), figure == std::end(figures) ? "" : figure->time};
    for (const char* const variant : {"textbook", "lapack", "fused", "mixed"}) {
      const result_row* const row = find(rows, n, variant);
      cells.push_back(time_of(row));
      cells.push_back(spread_of(row));
    }
  }
  return table;
}

/// What stands behind the times of the rivals on several threads, and of this library.
text_table rates(std::span<const result_row> rows) {
  text_table table{{{"n", true},
                    {"n^3/3 at\n100 MFlop/s", true},
                    {"LAPACK:\nthreads", true},
                    {"this library:\nthreads", true},
                    {"this library:\nGFLOP/s", true},
                    {"this library:\n% of dgemm", true},
                    {"this library:\nHPL residual", true},
                    {"float32:\nthreads", true}},
                   {}};
  for (const std::int64_t n : sizes_of(rows)) {
    const result_row* const ours = find(rows, n, "fused");
    const bool measured = ours != nullptr && ours->verified && ours->solve;
    const double rate = measured ? ours->flops.value_or(0) / ours->median.value_or(0) : 0;
    const double gemm = measured ? ours->solve->gemm_flops_per_s.value_or(0) : 0;
    const double residual = measured ? ours->solve->hpl_residual.value_or(0) : 0;
    table.rows.push_back({std::to_string(n), format_seconds(lecture_seconds(n)), threads_of(find(rows, n, "lapack")),
                          threads_of(ours), rate > 0 ? rounded(rate * 1e-9, 3) : "",
                          gemm > 0 ? rounded(rate / gemm * 100, 3) + "%" : "", measured ? rounded(residual, 2) : "",
                          threads_of(find(rows, n, "mixed"))});
  }
  return table;
}

}  // namespace

void run_lecture_solves(run_request request, const progress& report, std::vector<result_row>& rows) {
  request.threads = {std::ranges::max(request.threads)};
  request.sizes.clear();
  request.filter.reset();
  run_solves(request, report, rows);
}

std::string show_lecture_solves(std::span<const result_row> rows) {
  if (sizes_of(rows).empty()) return "";
  return "\nA x = b of order n\n" + to_text(times(rows)) + "\n" + to_text(rates(rows)) + about_solves(rows) +
         "2011: the lecture's orders of magnitude. Textbook: elimination in plain loops on one thread. LAPACK: getrf "
         "and "
         "getrs\nwith their copy of A. float32: this library with factors in float32, refined. The last three may "
         "use up to " +
         most_threads(rows) +
         ":\nthreads is how many each was measured on. GFLOP/s counts 2n^3/3; dgemm is that of the same library on as "
         "many threads.\n'gpubench run solve' shows every row.\n";
}

}  // namespace gpucompute::bench
