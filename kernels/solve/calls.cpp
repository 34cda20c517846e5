// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/calls.hpp"

#include <algorithm>
#include <cmath>

#include "kernels/solve/clock.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute::solving {
namespace {

/// For factors that were made for other right-hand sides, or for none, too.
int threads_of_solve(const prepared& a, const solve_options& options, const right_hand_sides& sides) {
  planned_for size = a.size;
  size.right_hand_sides = sides.count;
  return threads_of(a.chosen.method, options, size, *a.with);
}

}  // namespace

gathering::gathering(solver& with, const solve_options& options, const planned_for& size, const right_hand_sides& sides)
    : options_(options) {
  call_facts call{.device = options.device.name() == "auto" ? "cpu" : options.device.name(),
                  .size = size,
                  .systems = element_count(sides.batch),
                  .options = options};
  keeper_ = std::make_shared<factors_keeper>(with, std::move(call));
  report_.rank = std::min(size.rows, size.columns);
  report_.bar = bar_of(size.rows, size.columns, size.type);
  report_.backward_errors.reserve(static_cast<std::size_t>(element_count(sides.batch) * sides.count));
}

void gathering::solve(const char* function, const prepared& a, const right_hand_sides& sides, const matrix_view& b,
                      const matrix_view& x, std::int64_t index) {
  answer found = answer_system(function, a, options_, sides, b, x, index);
  report_.verdict = std::max(report_.verdict, found.verdict);
  if (found.verdict != verdict::good && sides.batch.rank() > 0) {
    report_.doubtful.push_back(index);
  }
  report_.backward_errors.insert(report_.backward_errors.end(), found.backward_errors.begin(),
                                 found.backward_errors.end());
  report_.bar = std::max(report_.bar, found.bar);
  report_.condition_bound = std::max(report_.condition_bound, found.condition_bound);
  report_.forward_bound = std::max(report_.forward_bound, found.forward_bound);
  report_.rank = std::min(report_.rank, found.by.made->rank());
  report_.structure = a.chosen.structure;
  report_.method = found.by.method;
  report_.factors = found.by.type;
  report_.threads = threads_of_solve(a, options_, sides);
  report_.attempts = std::move(found.attempts);

  call_facts& call = keeper_->call();
  call.chosen = a.chosen;
  call.found = a.found;
  call.transposed = a.transposed;
  call.size.type = a.size.type;
  call.size.given_up = a.size.given_up;
  call.seconds += found.seconds;
  // The condition is A's: of the factors before rows and columns were scaled.
  conditioned by = conditioned_by(found.by.scaled ? a.current : found.by, a, sides.op);
  if (a.size.given_up) {
    by.made = nullptr;
  }
  keeper_->keep({std::move(by), found.rcond});
}

solution gathering::take(target to) {
  report_.backward_error = worst_of(report_.backward_errors);
  report_.kept = std::move(keeper_);
  return {std::move(to.made), std::move(report_)};
}

answer answer_system(const char* function, const prepared& a, const solve_options& options,
                     const right_hand_sides& sides, const matrix_view& b, const matrix_view& x, std::int64_t index) {
  if (a.current.made->singular_at() >= 0) {
    refuse_singular(function, a.current, sides.batch, index);
  }
  answer found = solve_and_verify(function, a,
                                  {.sides = sides,
                                   .system = index,
                                   .b = b,
                                   .condition = options.condition,
                                   .forward_bound = options.forward_bound,
                                   .may_change_method = options.method == method::automatic && !options.rank_tolerance,
                                   .threads = threads_of_solve(a, options, sides)});
  a.with->store(found.x.elements, x);
  return found;
}

matrix_view moved(matrix_view view, std::int64_t bytes) {
  view.data = static_cast<const char*>(view.data) + bytes;
  return view;
}

solve_options as_factorized(solve_options options) {
  if (options.factors == factor_precision::automatic) {
    options.factors = factor_precision::same;
  }
  return options;
}

matrix_view view_of_x(const mutable_view& x, const right_hand_sides& sides) {
  const std::size_t rank = x.rank();
  return sides.vector
             ? matrix_view{x.data(), x.type(), sides.unknowns, 1, x.strides()[rank - 1], 0}
             : matrix_view{
                   x.data(), x.type(), sides.unknowns, sides.count, x.strides()[rank - 2], x.strides()[rank - 1]};
}

coefficients at_offset(const coefficients& a, std::int64_t offset) {
  coefficients one = a;
  one.stored.data = static_cast<const char*>(a.stored.data) + offset;
  one.given_up = a.given_up == nullptr ? nullptr : static_cast<char*>(a.given_up) + offset;
  return one;
}

}  // namespace gpucompute::solving
