// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <optional>

#include <gpucompute/solve.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/device/backend.hpp"
#include "kernels/evaluate/overlap.hpp"
#include "kernels/solve/calls.hpp"
#include "kernels/solve/small.hpp"

namespace gpucompute {
namespace {

using namespace solving;

/// A matrix that serves several systems, or holds b, is needed more than once: it is not given up.
void keep_what_is_needed(coefficients& a, const right_hand_sides& sides, const matrix_argument& A,
                         const array_view& b) {
  if (a.given_up != nullptr && (a.batch != sides.batch || evaluation::overlap_of(b.data(), b, A.view().data(),
                                                                                 A.view()) != lower::overlap::none)) {
    a.given_up = nullptr;
  }
}

dimensions batch_strides_of(const mutable_view& x, const right_hand_sides& sides) {
  return dimensions(x.strides().span().first(sides.batch.rank()));
}

}  // namespace

solution solve(const matrix_argument& A, const array_view& b, const solve_options& options) try {
  constexpr const char* function = "solve";
  check_options(function, options);
  coefficients a = check_matrix(function, A);
  const right_hand_sides sides = check_right_hand_sides(function, a, b, options.operation);
  check_fit(function, options, a);
  keep_what_is_needed(a, sides, A, b);
  target to = make_target(function, options, sides, A.view(), b);
  solver& with = device_layer::find(options.device).solver();
  solution result;
  if (solve_as_small(function, with, options, a, sides, to, result)) {
    return result;
  }
  gathering all(with, options, {a.stored.rows, a.stored.columns, sides.type, sides.count}, sides);
  std::optional<prepared> ready;
  std::int64_t ready_for = 0;
  for_each_system(sides, batch_strides_of(to.view, sides),
                  [&](std::int64_t a_at, std::int64_t b_at, std::int64_t x_at, std::int64_t index) {
                    if (!ready || ready_for != a_at) {
                      ready.reset();
                      ready = prepare(function, at_offset(a, a_at), number_in_operand(a.batch, sides.batch, index),
                                      sides.type, sides.count, options, with, keep::borrowed);
                      ready_for = a_at;
                      all.add(ready->seconds);
                    }
                    all.solve(function, *ready, sides, moved(sides.b, b_at), moved(view_of_x(to.view, sides), x_at),
                              index);
                  });
  result = all.take(std::move(to));
  return result;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string explain_solve(const matrix_argument& A, const array_view& b, const solve_options& options) try {
  constexpr const char* function = "explain_solve";
  check_options(function, options);
  coefficients a = check_matrix(function, A);
  const right_hand_sides sides = check_right_hand_sides(function, a, b, options.operation);
  check_fit(function, options, a);
  keep_what_is_needed(a, sides, A, b);
  solver& with = device_layer::find(options.device).solver();
  call_facts call{.device = options.device.name() == "auto" ? "cpu" : options.device.name(),
                  .size = size_of_problem(a, sides.type, sides.count),
                  .transposed = a.transposed,
                  .systems = element_count(sides.batch),
                  .looked_at = "first",
                  .options = options};
  if (call.systems > 0) {
    call.found = with.inspect(a.stored, {.structure = looks_at_structure(options, call.size),
                                         .c_order = !a.transposed,
                                         .threads = threads_of_pass(options, call.size, with)});
    if (!call.found.finite) {
      refuse_non_finite(function, call.found, a, 0);
    }
    const auto small = plan_as_small(with, options, a, sides);
    call.chosen = small ? *small : make_plan(function, options, call.size, call.found, a, 0, with);
  }
  return explain_plan(with, call);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
