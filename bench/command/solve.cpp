// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cstdio>
#include <limits>
#include <list>
#include <optional>
#include <string>
#include <unistd.h>

#include <gpucompute/gpucompute.hpp>
#include <gpucompute/solve.hpp>

#include "bench/command/commands.hpp"
#include "bench/command/solve_input.hpp"
#include "bench/command/solve_report.hpp"
#include "bench/files/matrix_file.hpp"
#include "bench/files/npy.hpp"
#include "bench/files/output_file.hpp"
#include "bench/report/number.hpp"
#include "bench/report/progress_line.hpp"
#include "bench/report/result.hpp"
#include "bench/suites/linear_system.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::string_view methods = "auto or automatic (default)"
#define GPUCOMPUTE_METHOD(name, words, routines) ", " #name
#include <gpucompute/methods.def>
    ;

constexpr option options[] = {
    {"-o", "FILE.npy", "writes x, in NumPy's format alone; default: x is printed"},
    {"--device", "D", "auto (default), cpu, reference, cuda, cuda:N"},
    {"--assume", "S",
     "any (default: looks), general, symmetric, positive-definite, upper, lower, banded, tridiagonal, diagonal"},
    {"--operation", "O", "none (default), transpose, adjoint: op(A) x = b is solved"},
    {"--factor-precision", "P", "auto (default), same, float32 (refined to the whole precision)"},
    {"--condition", "C", "always (default), screened, never"},
    {"--method", "M", methods},
    {"--rank-tolerance", "T",
     "from 0 to below 1: singular values below T times the largest count as zero; default: max(m, n) epsilon"},
    {"--threads", "N", "most threads to use, 1 to 4096; default: all"},
    {"--explain", "", "shows what was found, planned and done, and why: on stdout, or stderr where stdout has a file"},
    {"--json", "FILE", "writes how x came about and the environment; - is stdout, where x needs -o"},
};

constexpr command_table table = {
    .name = "solve",
    .operands = "A.npy|A.mtx [b.npy|b.mtx]",
    .summary = "Solves A x = b, verifies x and prints or writes it.",
    .details =
        "A         (n, n), or a stack of them; (m, n) is least squares, with the x of least norm where there are "
        "many.\n"
        "b         (n,) or (n, k); without it, for one A, b is op(A) times ones, and the forward error max|x - 1| is\n"
        "          told, where op(A) has full column rank: else ones are not the only solution.\n"
        "FILE.mtx is Matrix Market, every kind of it, made dense; entries of one position add up.\n"
        "--assume symmetric and positive-definite mean Hermitian for complex A; a promise that A breaks is refused.\n"
        "The time is that of the solve: inspection, planning, verification and the condition included; reading files "
        "and\n"
        "loading a BLAS library are not.\n"
        "Exit code 3: a zero pivot was met, or A is not positive definite for --method cholesky; nothing is written.\n"
        "Exit code 4: x is there, but A is singular to working precision or the backward error above its bar.",
    .fewest = 1,
    .most = 2,
    .options = options,
};

/// Of the factors and the substitutions, which a dense method needs.
double operations(const array_view& a, std::int64_t right_hand_sides) {
  const auto m = static_cast<double>(a.shape()[a.rank() - 2]), n = static_cast<double>(a.shape()[a.rank() - 1]);
  const double factors = m == n ? 2 * n * n * n / 3 : 2 * m * n * std::min(m, n);
  return factors + 2 * m * n * static_cast<double>(right_hand_sides);
}

/// Seconds that a dense solve of this size may take, from a small one; asked for only when somebody watches.
std::optional<double> expectation(const array_view& a, const array_view& b, const solve_options& asked) {
  constexpr std::int64_t order = 500;
  if (isatty(STDERR_FILENO) == 0 || a.rank() != 2 || operations(a, 1) < 1e9) return std::nullopt;
  const linear_system small = random_system(order);
  const solve_options same{.device = asked.device, .threads = asked.threads};
  solve(small.a, small.b, same);
  const double begin = steady_seconds();
  solve(small.a, small.b, same);
  const double seconds = steady_seconds() - begin;
  return seconds * operations(a, b.rank() == 2 ? b.shape()[1] : 1) / operations(small.a, 1);
}

solution solve_watched(const array_view& a, const array_view& b, const solve_options& asked, double& seconds) {
  make_ready_to_solve(asked.device);
  const progress_line line("solve", expectation(a, b, asked));
  const double begin = steady_seconds();
  solution found = solve(a, b, asked);
  seconds = steady_seconds() - begin;
  return found;
}

/// The plan of what could not be solved; nothing where there is none.
std::string plan_text(const array_view& a, const array_view& b, const solve_options& asked) {
  try {
    return explain_solve(a, b, asked);
  } catch (const error&) {
    return "";
  }
}

/// Before the work: every file can be written, and no two are one.
void require_outputs(const parsed_command& line) {
  const auto x = line.value("-o"), json = line.value("--json");
  for (const std::string option : {"-o", "--json"}) {
    const auto path = line.value(option);
    for (const std::string& input : line.operands()) {
      if (path && same_file(*path, input))
        throw bad_input(option + " " + *path + ": expected a file of its own, got that of an input");
    }
  }
  if (x) require_writable_npy("-o", *x);
  if (json && *json != "-") require_writable(*json);
  if (x && json && same_output(*x, *json))
    throw bad_input("--json " + *json + ": expected a file of its own, got that of -o");
  if (!x && json && is_stdout(*json)) {
    throw bad_input("--json " + *json +
                    ": expected -o FILE.npy beside it, since x goes to stdout otherwise (-o /dev/null where only the "
                    "report is wanted)");
  }
}

/// Both files are on the disk before an old one is replaced.
void write_results(const parsed_command& line, const solved& one, bool fortran_order, const std::string& json) {
  std::list<output_file> files;
  if (const auto path = line.value("-o")) write_npy(files.emplace_back(*path), one.found.x, fortran_order);
  if (const auto path = line.value("--json"); path && *path != "-") files.emplace_back(*path).write(json);
  for (output_file& file : files) file.finish();
  for (output_file& file : files) file.commit();
}

exit_code run(const parsed_command& line) {
  const solve_options asked = parse_solve_options(line);
  require_outputs(line);
  const auto takes_stdout = [&](const char* option) { return line.has(option) && is_stdout(*line.value(option)); };
  const bool stdout_is_taken = takes_stdout("-o") || takes_stdout("--json");
  const std::string started = utc_now();
  const matrix_file a = read_matrix(line.operands()[0]);
  std::optional<matrix_file> given;
  array made;
  if (line.operands().size() == 2) {
    given = read_matrix(line.operands()[1]);
  } else {
    made = times_ones(a.view, asked.operation);
  }
  const array_view b = given ? given->view : array_view(made);

  const auto explain = [&](const std::string& text) {
    if (!line.has("--explain")) return;
    if (stdout_is_taken) {
      std::fputs(text.c_str(), stderr);
    } else {
      print(text);
    }
  };
  solved one{a.view, b, asked, {}, 0, given.has_value(), {}};
  try {
    one.found = solve_watched(a.view, b, asked, one.seconds);
  } catch (const error&) {
    explain(plan_text(a.view, b, asked));
    throw;
  }
  const bool is_unique = one.found.report.rank == unknowns_of(a.view, asked.operation);
  if (!given && is_unique) one.forward_error = distance_from_ones(one.found.x);
  explain(one.found.explain());

  const double none = std::numeric_limits<double>::quiet_NaN();
  std::string json;
  if (line.has("--json")) {
    const run_facts facts{none, none, clock_resolution(steady_seconds), started, utc_now(), {}};
    const result_row row = row_of(one);
    json = to_json(std::span<const result_row>(&row, 1), facts, environment(false));
  }
  const bool fortran_order = a.fortran_order && (!given || given->fortran_order || b.rank() == 1);
  write_results(line, one, fortran_order, json);
  if (line.value("--json") == "-") print(json);
  if (!line.has("-o")) print(format_array(one.found.x));
  std::fputs(report_line(one).c_str(), stderr);
  const std::string doubt = warning(one);
  if (doubt.empty()) return exit_code::fine;
  std::fprintf(stderr, "gpubench: x is not one to rely on: %s\n", doubt.c_str());
  return exit_code::unreliable;
}

}  // namespace

const command solve_command{table, run};

}  // namespace gpucompute::bench
