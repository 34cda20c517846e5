// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/small.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <optional>

#include "kernels/evaluate/inline_buffer.hpp"
#include "kernels/solve/condition.hpp"
#include "kernels/solve/entry.hpp"
#include "kernels/solve/joined.hpp"
#include "kernels/solve/small_batch.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute::solving {
namespace {

plan plan_of_small(dtype type, int threads) {
  plan result;
  result.why = reason::small;
  result.factors = type;
  result.threads = threads;
  return result;
}

/// Copies of the small matrices of a call, each once; their factors are made again when someone asks.
class copies_keeper final : public solve_report::keeper {
 public:
  copies_keeper(solver& with, const coefficients& a, const right_hand_sides& sides, std::int64_t systems,
                std::int64_t matrices)
      : with_(with),
        size_{a.stored.rows, a.stored.rows, sides.type, sides.count, false},
        systems_(systems),
        matrices_(matrices),
        transposed_(a.transposed),
        op_(sides.op) {
    copies_.open(with, each_bytes() * static_cast<std::size_t>(matrices));
  }

  const planned_for& size() const { return size_; }
  /// Where they can be copied as they lie, one a system; null where they are not dense, one behind the other.
  void* room_for(const batch& lying) const {
    const auto size = static_cast<std::int64_t>(size_of(size_.type));
    const bool dense = lying.first.row_stride == size && lying.first.column_stride == size * size_.rows &&
                       (systems_ == 1 || lying.step == static_cast<std::int64_t>(each_bytes()));
    return dense && matrices_ == systems_ ? copies_.data() : nullptr;
  }

  void keep(const matrix_view& first, const right_hand_sides& sides) {
    for_each_matrix(sides, matrices_, [&](std::int64_t offset, std::int64_t i) {
      with_.copy(moved(first, offset), false, 1, block_of(i), 1);
    });
  }
  /// Of the kept ones.
  batch all() const { return {view_of(block_of(0)), matrices_ > 1 ? static_cast<std::int64_t>(each_bytes()) : 0}; }

  double rcond() const override {
    double least = systems_ == 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < matrices_; ++i) {
      const coefficients a{.type = size_.type, .stored = view_of(block_of(i)), .transposed = transposed_};
      const prepared one = prepare("rcond", a, i, size_.type, 1,
                                   {.method = method::lu, .factors = factor_precision::same}, with_, keep::borrowed);
      const factors& made = *one.current.made;
      least = std::min(
          least, made.singular_at() >= 0 ? 0 : reciprocal_condition(with_, conditioned_by(one.current, one, op_)));
    }
    return least;
  }

  std::string explain(const solve_report& report) const override {
    call_facts call{.size = size_, .transposed = transposed_, .systems = systems_, .looked_at = "first"};
    call.chosen = plan_of_small(size_.type, report.threads);
    if (matrices_ > 0) {
      call.found = with_.inspect(view_of(block_of(0)), {});
    }
    return explain_plan(with_, call) + explain_outcome(report, call);
  }

 private:
  std::size_t each_bytes() const { return static_cast<std::size_t>(size_.rows * size_.rows) * size_of(size_.type); }
  block block_of(std::int64_t i) const {
    return {static_cast<char*>(copies_.data()) + i * static_cast<std::int64_t>(each_bytes()), size_.type, size_.rows,
            size_.rows, std::max<std::int64_t>(1, size_.rows)};
  }

  solver& with_;
  planned_for size_;
  std::int64_t systems_, matrices_;
  bool transposed_;  ///< these are copies of the transposes
  apply op_;         ///< that was solved for, said of the copies
  room copies_;
};

/// Up to this order LU is fastest whatever the structure.
constexpr std::int64_t largest_of_any_structure = 32;

/// Whether no structure of the systems could make another method faster: what has numbers in both far corners is neither
/// a triangle nor a band, and LU here is as fast as Cholesky there.
bool are_full(const coefficients& a, const right_hand_sides& sides) {
  const std::int64_t last = a.stored.rows - 1;
  const std::int64_t matrices = different(sides.batch, sides.a_strides);
  bool full = true;
  for_each_matrix(sides, matrices, [&](std::int64_t offset, std::int64_t /*i*/) {
    const matrix_view one = moved(a.stored, offset);
    full = full && entry_of(one, 0, last) != 0.0 && entry_of(one, last, 0) != 0.0;
  });
  return full;
}

bool suits(const solver& with, const solve_options& options, const coefficients& a, const right_hand_sides& sides) {
  const std::int64_t n = a.stored.rows;
  return n > 0 && n == a.stored.columns && n <= with.largest_small(sides.type) &&
         (options.method == method::automatic || options.method == method::lu) &&
         (options.assume == structure::any || options.assume == structure::general) &&
         options.factors != factor_precision::float32 && options.condition != condition::always &&
         !options.forward_bound && !options.rank_tolerance &&
         (n <= largest_of_any_structure || options.assume == structure::general || options.method == method::lu ||
          are_full(a, sides));
}

/// What a call may use; not asked where one system uses one anyway.
int threads_for(const solver& with, const solve_options& options, std::int64_t count) {
  if (count <= 1 || options.threads == 1) {
    return 1;
  }
  const int most = with.most_threads();
  return options.threads > 0 ? std::min(options.threads, most) : most;
}

/// None where it must be solved anew to be known: the bound is one from below.
std::optional<verdict> judged(const small_outcome& one, double bar, dtype type) {
  if (!one.finite || one.singular_at >= 0 || !(one.backward_error <= bar)) {
    return std::nullopt;
  }
  if (!is_suspicious(one.condition_bound, type)) {
    return verdict::good;
  }
  const bool is_ill = std::isfinite(one.condition_bound) && is_singular_to_precision(1 / one.condition_bound, type);
  return is_ill ? std::optional(verdict::ill_conditioned) : std::nullopt;
}

}  // namespace

std::optional<plan> plan_as_small(const solver& with, const solve_options& options, const coefficients& a,
                                  const right_hand_sides& sides) {
  if (!suits(with, options, a, sides)) {
    return std::nullopt;
  }
  return plan_of_small(sides.type, threads_for(with, options, element_count(sides.batch)));
}

bool solve_as_small(const char* function, solver& with, const solve_options& options, const coefficients& a,
                    const right_hand_sides& sides, target& to, solution& result) {
  const auto wanted_x = as_it_lies(view_of_x(to.view, sides), sides.batch, to.view.strides(), sides.type);
  if (!wanted_x || !suits(with, options, a, sides)) {
    return false;
  }
  const std::int64_t count = element_count(sides.batch);
  answers_aside aside(with, sides, count);
  const batch x = options.out ? aside.open() : *wanted_x;
  const std::int64_t matrices = different(sides.batch, sides.a_strides);
  auto kept = std::make_shared<copies_keeper>(with, a, sides, count, matrices);
  const auto a_where_it_lies = as_it_lies(a.stored, sides.batch, sides.a_strides, sides.type);
  if (!a_where_it_lies) {
    kept->keep(a.stored, sides);
  }
  const batch all_a = a_where_it_lies ? *a_where_it_lies : kept->all();
  sides_aside moved_b(with, sides);
  const auto b_where_it_lies = as_it_lies(sides.b, sides.batch, sides.b_strides, sides.type);
  const batch all_b = b_where_it_lies ? *b_where_it_lies : moved_b.fill();
  const planned_for& size = kept->size();
  const small_systems systems{.count = count,
                              .order = size.rows,
                              .right_hand_sides = sides.count,
                              .type = sides.type,
                              .a = all_a.first.data,
                              .a_system = all_a.step,
                              .a_row = all_a.first.row_stride,
                              .a_column = all_a.first.column_stride,
                              .b = all_b.first.data,
                              .b_system = all_b.step,
                              .b_row = all_b.first.row_stride,
                              .b_column = all_b.first.column_stride,
                              .x = const_cast<void*>(x.first.data),
                              .x_system = x.step,
                              .x_row = x.first.row_stride,
                              .x_column = x.first.column_stride,
                              .op = sides.op,
                              .screened = options.condition == condition::screened,
                              .threads = threads_for(with, options, count),
                              .copies = a_where_it_lies ? kept->room_for(all_a) : nullptr};
  solve_report& report = result.report;
  report.backward_errors.resize(static_cast<std::size_t>(systems.count * systems.right_hand_sides));
  const joined_systems joined(systems);
  const bool joins = joined.is_less();
  const std::int64_t solved = joins ? joined.count() : count;
  evaluation::inline_buffer<small_outcome, 1> outcomes(static_cast<std::size_t>(solved), {});
  double* const errors = report.backward_errors.data();
  report.threads =
      joins ? joined.solve(with, outcomes.data(), errors) : with.solve_small(systems, outcomes.data(), errors);

  report.bar = bar_of(size.rows, size.columns, size.type);
  report.factors = size.type;
  report.rank = size.rows;
  for (std::int64_t i = 0; i < solved; ++i) {
    const small_outcome& one = outcomes[static_cast<std::size_t>(i)];
    const std::optional<verdict> known = judged(one, report.bar, size.type);
    if (known == verdict::good || (known && !joins)) {
      report.condition_bound = std::max(report.condition_bound, one.condition_bound);
      report.verdict = std::max(report.verdict, *known);
      if (*known != verdict::good && sides.batch.rank() > 0) {
        report.doubtful.push_back(i);
      }
      continue;
    }
    if (matrices == 1) {
      return false;  // prepared once for all, with a report of all that is tried
    }
    coefficients intact = a;
    intact.stored = moved(all_a.first, i * all_a.step);
    intact.given_up = nullptr;  // perhaps it is still to be copied
    const prepared ready = prepare(function, intact, number_in_operand(a.batch, sides.batch, i), sides.type,
                                   sides.count, options, with, keep::borrowed);
    const answer again = answer_system(function, ready, options, sides, moved(all_b.first, i * all_b.step),
                                       moved(x.first, i * x.step), i);
    std::ranges::copy(again.backward_errors, errors + i * systems.right_hand_sides);
    report.condition_bound = std::max(report.condition_bound, again.condition_bound);
    report.verdict = std::max(report.verdict, again.verdict);
    if (again.verdict != verdict::good) {
      report.doubtful.push_back(i);
    }
  }
  report.condition_bound = no_less_than_one(report.condition_bound);
  report.backward_error = worst_of(report.backward_errors);
  if (a_where_it_lies && systems.copies == nullptr) {
    kept->keep(a.stored, sides);
  }
  report.kept = std::move(kept);
  if (options.out) {
    aside.give(*wanted_x);
  }
  result.x = std::move(to.made);
  return true;
}

}  // namespace gpucompute::solving
