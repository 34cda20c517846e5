// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/problem.hpp"

#include <algorithm>
#include <cmath>

#include <gpucompute/error.hpp>

#include "kernels/array/broadcast.hpp"
#include "kernels/array/checks.hpp"
#include "kernels/array/digits.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/evaluate/overlap.hpp"
#include "kernels/graph/typing.hpp"

namespace gpucompute::solving {
namespace {

[[noreturn]] void refuse(const char* function, const std::string& expected, const std::string& got) {
  throw invalid_argument(expectation(function, expected, got));
}

/// bool and integers are solved as float64.
dtype solved_as(dtype type) { return is_floating(type) || is_complex(type) ? type : float64; }

/// Promises about A that only a square one can keep, and methods that take no other.
bool wants_square(structure promise, method wanted) {
  return (promise != structure::any && promise != structure::general) ||
         (wanted != method::automatic && wanted != method::qr && wanted != method::rank_revealing);
}

dimensions leading(const dimensions& all, std::size_t rank) { return dimensions(all.span().first(rank)); }

matrix_view last_two(const array_view& a) {
  const std::size_t rank = a.rank();
  return {a.data(), a.type(), a.shape()[rank - 2], a.shape()[rank - 1], a.strides()[rank - 2], a.strides()[rank - 1]};
}

/// How b would be one vector a system, where its shape may have meant that.
std::string hint_of_vectors(const dimensions& batch, const dimensions& b, std::int64_t equations) {
  if (b.rank() < 2 || b[b.rank() - 1] != equations || !broadcast_shapes(batch, leading(b, b.rank() - 1))) {
    return "";
  }
  dimensions meant = b;
  meant.push_back(1);
  return "; b of shape " + to_string(meant) + " is one vector a system";
}

/// What A's and b's dimensions before the last ones broadcast to.
void take_batch(const char* function, const coefficients& a, const array_view& b, std::size_t more,
                right_hand_sides& result) {
  const dimensions b_batch = leading(b.shape(), more);
  const auto batch = broadcast_shapes(a.batch, b_batch);
  if (!batch) {
    refuse(function, "batches of A and b that broadcast", to_string(a.batch) + " and " + to_string(b_batch));
  }
  result.batch = *batch;
  result.b_batch = b_batch;
  result.a_strides = broadcast_strides(a.batch, a.batch_strides, *batch);
  result.b_strides = broadcast_strides(b_batch, leading(b.strides(), more), *batch);
  result.x_shape = *batch;
}

dimensions index_of_system(const dimensions& batch, std::int64_t system) {
  dimensions index = batch;
  for (std::size_t axis = batch.rank(); axis-- > 0;) {
    index[axis] = system % batch[axis];
    system /= batch[axis];
  }
  return index;
}

}  // namespace

std::int64_t number_in_operand(const dimensions& own, const dimensions& all, std::int64_t system) {
  std::int64_t number = 0;
  std::int64_t step = 1;
  for (std::size_t axis = 1; axis <= own.rank(); ++axis) {
    const std::int64_t extent = all[all.rank() - axis];
    const std::int64_t mine = own[own.rank() - axis];
    number += mine == 1 ? 0 : system % extent * step;
    step *= mine;
    system /= extent;
  }
  return number;
}

dimensions index_of_entry(const dimensions& batch, std::int64_t system, std::int64_t row, std::int64_t column,
                          bool vector) {
  dimensions index = index_of_system(batch, system);
  index.push_back(row);
  if (!vector) {
    index.push_back(column);
  }
  return index;
}

std::string counted(std::int64_t number, const char* thing) {
  return std::to_string(number) + " " + thing + (number == 1 ? "" : "s");
}

std::string in_brackets(const dimensions& index) {
  std::string text;
  for (const std::int64_t each : index) {
    text += (text.empty() ? "[" : ", ") + std::to_string(each);
  }
  return text + "]";
}

std::string of_system(const dimensions& batch, std::int64_t system) {
  return batch.rank() == 0 ? "" : " of system " + in_brackets(index_of_system(batch, system));
}

apply apply_to_stored(operation op, bool transposed, dtype type) {
  const bool transposes = (op != operation::none) != transposed;
  const bool conjugates = op == operation::adjoint && is_complex(type);
  return conjugates ? (transposes ? apply::adjoint : apply::conjugate) : (transposes ? apply::transpose : apply::none);
}

coefficients check_matrix(const char* function, const matrix_argument& a) {
  const array_view& view = a.view();
  if (view.rank() < 2) {
    refuse(function, "A of at least 2 dimensions", "shape " + to_string(view.shape()));
  }
  require_data(function, view.data(), view.shape());
  coefficients result;
  result.type = solved_as(view.type());
  const matrix_view as_given = last_two(view);
  // Factored as it lies, so that no pass over memory jumps: a row-major A is solved as the transpose of its transpose.
  result.transposed = std::abs(as_given.column_stride) < std::abs(as_given.row_stride);
  result.stored = result.transposed ? transposed(as_given) : as_given;
  if (view.rank() > 2) {
    result.batch = leading(view.shape(), view.rank() - 2);
    result.batch_strides = leading(view.strides(), view.rank() - 2);
  }
  result.given_up = a.given_up() != nullptr && evaluation::elements_are_apart(view) ? a.given_up() : nullptr;
  return result;
}

right_hand_sides check_right_hand_sides(const char* function, const coefficients& a, const array_view& b,
                                        operation op) {
  require_data(function, b.data(), b.shape());
  const matrix_view as_given = a.transposed ? transposed(a.stored) : a.stored;
  right_hand_sides result;
  result.type = graph::promote(a.type, solved_as(b.type()));
  result.op = apply_to_stored(op, a.transposed, result.type);
  result.equations = op == operation::none ? as_given.rows : as_given.columns;
  result.unknowns = op == operation::none ? as_given.columns : as_given.rows;
  if (b.rank() == 0) {
    refuse(function, "b of at least 1 dimension", "a number");
  }
  const bool vector = b.rank() == 1;
  result.vector = vector;
  result.b = vector ? matrix_view{b.data(), b.type(), b.shape()[0], 1, b.strides()[0], 0} : last_two(b);
  result.count = result.b.columns;
  if (result.b.rows != result.equations) {
    dimensions shape = a.batch;
    shape.push_back(as_given.rows);
    shape.push_back(as_given.columns);
    refuse(function, "b with as many rows as op(A), " + std::to_string(result.equations),
           "A of shape " + to_string(shape) + " and b of shape " + to_string(b.shape()) +
               hint_of_vectors(a.batch, b.shape(), result.equations));
  }
  if (a.batch.rank() > 0 || b.rank() > 2) {
    take_batch(function, a, b, vector ? 0 : b.rank() - 2, result);
  }
  result.x_shape.push_back(result.unknowns);
  if (!vector) {
    result.x_shape.push_back(result.count);
  }
  return result;
}

void check_options(const char* function, const solve_options& options) {
  if (options.threads < 0) {
    refuse(function, "threads of at least 0", std::to_string(options.threads));
  }
  if (options.rank_tolerance && !(*options.rank_tolerance >= 0 && *options.rank_tolerance < 1)) {
    refuse(function, "rank_tolerance from 0 to below 1", shortest_digits(*options.rank_tolerance));
  }
  const auto require_known = [&](const char* option, auto value, auto last) {
    if (value > last) {
      refuse(function, std::string(option) + " from its enumeration", std::to_string(static_cast<unsigned>(value)));
    }
  };
  require_known("assume", options.assume, structure::diagonal);
  require_known("operation", options.operation, operation::adjoint);
  require_known("method", options.method, method::rank_revealing);
  require_known("factors", options.factors, factor_precision::float32);
  require_known("condition", options.condition, condition::never);
  if (options.rank_tolerance && options.method != method::automatic && options.method != method::rank_revealing) {
    refuse(function, "method automatic or rank_revealing with a rank_tolerance", std::string(name(options.method)));
  }
}

void check_fit(const char* function, const solve_options& options, const coefficients& a) {
  const auto [rows, columns] =
      a.transposed ? std::pair(a.stored.columns, a.stored.rows) : std::pair(a.stored.rows, a.stored.columns);
  if (rows == columns) {
    return;
  }
  if (wants_square(options.assume, options.method)) {
    const std::string what = options.method != method::automatic ? "method " + std::string(name(options.method))
                                                                 : "assume " + std::string(name(options.assume));
    refuse(function, "a square A for " + what, std::to_string(rows) + " x " + std::to_string(columns));
  }
}

target make_target(const char* function, const solve_options& options, const right_hand_sides& sides,
                   const array_view& a, const array_view& b) {
  if (!options.out) {
    return {sides.type, sides.x_shape};
  }
  const mutable_view& out = *options.out;
  if (out.type() != sides.type || out.shape() != sides.x_shape) {
    refuse(function, "out of shape " + to_string(sides.x_shape) + " and type " + std::string(name(sides.type)),
           to_string(out.shape()) + " and " + std::string(name(out.type())));
  }
  require_data(function, out.data(), out.shape());
  if (!evaluation::elements_are_apart(out)) {
    refuse(function, "out whose elements do not overlap each other", "strides " + to_string(out.strides()));
  }
  for (const array_view* input : {&a, &b}) {
    if (evaluation::overlap_of(out.data(), out, input->data(), *input) != lower::overlap::none) {
      refuse(function, std::string("out that does not overlap ") + (input == &a ? "A" : "b"), "one that may");
    }
  }
  return target(out);
}

}  // namespace gpucompute::solving
