// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/contraction.hpp"

#include <string>
#include <utility>

#include "kernels/array/broadcast.hpp"

namespace gpucompute::graph {
namespace {

constexpr std::string_view needs_dimensions = "operands of at least one dimension (`*` multiplies by a number)";
constexpr std::string_view needs_equal_lengths = "as many columns on the left as rows on the right";
constexpr std::string_view needs_equal_stacks = "stacks of matrices that broadcast";
constexpr std::string_view needs_fewer_dimensions = "a result of at most 32 dimensions";
static_assert(max_rank == 32);

contraction_shape refused(std::string_view problem) {
  contraction_shape made;
  made.problem = problem;
  return made;
}

/// Appends a dimension of the result; `none` for an operand that stands still along it.
void add(contraction_shape& to, std::int64_t extent, std::int8_t from_a, std::int8_t from_b) {
  to.from_a[to.result.rank()] = from_a;
  to.from_b[to.result.rank()] = from_b;
  to.result.push_back(extent);
}

std::int8_t number(std::size_t axis) { return static_cast<std::int8_t>(axis); }

/// Sums the last dimension of a and the last but one of b, or its only one.
contraction_shape sum_between(const dimensions& a, const dimensions& b) {
  contraction_shape made;
  made.summed_a = number(a.rank() - 1);
  made.summed_b = number(b.rank() > 1 ? b.rank() - 2 : 0);
  made.length = a[a.rank() - 1];
  if (b[static_cast<std::size_t>(made.summed_b)] != made.length) {
    return refused(needs_equal_lengths);
  }
  return made;
}

dimensions without_last(const dimensions& shape, std::size_t count) {
  return dimensions(shape.span().first(shape.rank() - count));
}

contraction_shape matrix_product(const dimensions& a, const dimensions& b) {
  if (a.empty() || b.empty()) {
    return refused(needs_dimensions);
  }
  contraction_shape made = sum_between(a, b);
  const bool rows = a.rank() > 1;
  const bool columns = b.rank() > 1;
  const dimensions stack_a = without_last(a, rows ? 2 : 1);
  const dimensions stack_b = without_last(b, columns ? 2 : 1);
  const auto stack = broadcast_shapes(stack_a, stack_b);
  if (!made.problem.empty() || !stack) {
    return made.problem.empty() ? refused(needs_equal_stacks) : made;
  }
  const auto moving = [&](const dimensions& of, std::size_t axis) {
    const std::size_t missing = stack->rank() - of.rank();
    const bool stands = axis < missing || of[axis - missing] == 1;
    return stands ? contraction_shape::none : number(axis - missing);
  };
  for (std::size_t axis = 0; axis < stack->rank(); ++axis) {
    add(made, (*stack)[axis], moving(stack_a, axis), moving(stack_b, axis));
  }
  if (rows) {
    add(made, a[a.rank() - 2], number(a.rank() - 2), contraction_shape::none);
  }
  if (columns) {
    add(made, b[b.rank() - 1], contraction_shape::none, number(b.rank() - 1));
  }
  return made;
}

contraction_shape dot_product(const dimensions& a, const dimensions& b) {
  if (a.empty() && !b.empty()) {
    contraction_shape made = dot_product(b, a);
    std::swap(made.from_a, made.from_b);
    return made;
  }
  contraction_shape made = b.empty() ? contraction_shape{} : sum_between(a, b);
  if (!made.problem.empty()) {
    return made;
  }
  const std::size_t summed = b.empty() ? 0 : 2;
  if (a.rank() + b.rank() - summed > max_rank) {
    return refused(needs_fewer_dimensions);
  }
  for (std::size_t axis = 0; axis < a.rank(); ++axis) {
    if (number(axis) != made.summed_a) {
      add(made, a[axis], number(axis), contraction_shape::none);
    }
  }
  for (std::size_t axis = 0; axis < b.rank(); ++axis) {
    if (number(axis) != made.summed_b) {
      add(made, b[axis], contraction_shape::none, number(axis));
    }
  }
  return made;
}

}  // namespace

contraction_shape contract(contraction product, const dimensions& a, const dimensions& b) {
  return product == contraction::matmul ? matrix_product(a, b) : dot_product(a, b);
}

}  // namespace gpucompute::graph
