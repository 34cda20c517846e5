// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

#include <gpucompute/solve.hpp>

#include "kernels/solve/solver.hpp"

namespace gpucompute::solving {

/// A of a call, checked. The solver factors F, which is A or its transpose, whichever lies column by column in memory.
struct coefficients {
  dtype type = float64;           ///< that A alone asks for: its own, or float64 for bool and integers
  matrix_view stored = {};        ///< F of the first system
  bool transposed = false;        ///< F = A^T
  void* given_up = nullptr;       ///< the same memory, writable, where the caller gave it up and F lies in it
  dimensions batch = {};          ///< without the last two dimensions
  dimensions batch_strides = {};  ///< bytes
};

/// b of a call and where x goes, checked against A.
struct right_hand_sides {
  dtype type = float64;    ///< in which the systems are solved: of A and b, and x's
  apply op = apply::none;  ///< op(A), said of F
  std::int64_t equations = 0, unknowns = 0, count = 0;
  bool vector = false;                        ///< b had one dimension, and x has one beside the batch's
  matrix_view b = {};                         ///< (equations, count) of the first system
  dimensions batch = {};                      ///< of A and b broadcast against each other
  dimensions b_batch = {};                    ///< of b alone
  dimensions a_strides = {}, b_strides = {};  ///< over `batch`, bytes; 0 where one matrix serves all
  dimensions x_shape = {};
};

/// The number of a system among those of one operand, of shape `own`, that was broadcast to the shape `all`.
std::int64_t number_in_operand(const dimensions& own, const dimensions& all, std::int64_t system);
/// Where an entry of one system of a batch lies in the whole array.
dimensions index_of_entry(const dimensions& batch, std::int64_t system, std::int64_t row, std::int64_t column,
                          bool vector);
/// "1 system", "2 systems"
std::string counted(std::int64_t number, const char* thing);
/// "[3, 1]"
std::string in_brackets(const dimensions& index);
/// " of system [3, 1]"; nothing where there is no batch.
std::string of_system(const dimensions& batch, std::int64_t system);

/// What op(A) is in terms of F; for real types without conjugation.
apply apply_to_stored(operation op, bool transposed, dtype type);

/// `function` begins the messages. @throw invalid_argument
coefficients check_matrix(const char* function, const matrix_argument& a);
/// @throw invalid_argument
right_hand_sides check_right_hand_sides(const char* function, const coefficients& a, const array_view& b, operation op);
/// The options that need no matrix. @throw invalid_argument
void check_options(const char* function, const solve_options& options);

/// @throw invalid_argument for a promise or a method that only a square A can keep
void check_fit(const char* function, const solve_options& options, const coefficients& a);

/// Where x goes: the caller's memory, or an array that the call makes.
struct target {
  target(dtype type, const dimensions& shape) : made(array::empty(type, shape)), view(made) {}
  explicit target(const mutable_view& x) : view(x) {}

  array made;
  mutable_view view;
};
/// @throw invalid_argument for memory of the wrong shape or type, or that overlaps A or b
target make_target(const char* function, const solve_options& options, const right_hand_sides& sides,
                   const array_view& a, const array_view& b);

/// Calls visit(offsets of A and b, offset of x in bytes, index) for each system of the batch in C order.
template <typename Visit>
void for_each_system(const right_hand_sides& sides, const dimensions& x_strides, Visit&& visit) {
  const std::size_t rank = sides.batch.rank();
  const std::int64_t count = element_count(sides.batch);
  dimensions at = dimensions::filled(rank, 0);
  std::int64_t a = 0, b = 0, x = 0;
  for (std::int64_t index = 0; index < count; ++index) {
    visit(a, b, x, index);
    for (std::size_t axis = rank; axis-- > 0;) {
      a += sides.a_strides[axis];
      b += sides.b_strides[axis];
      x += x_strides[axis];
      if (++at[axis] < sides.batch[axis]) {
        break;
      }
      a -= sides.a_strides[axis] * sides.batch[axis];
      b -= sides.b_strides[axis] * sides.batch[axis];
      x -= x_strides[axis] * sides.batch[axis];
      at[axis] = 0;
    }
  }
}

}  // namespace gpucompute::solving
