// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "tests/solve/dense.hpp"

// Matrices that are known for what they do to solvers.

namespace gpucompute::testing {

/// What LU with partial pivoting comes to.
enum class outcome {
  solved,           ///< backward error within 30 N u
  exact,            ///< the same, and x has no error at all
  ill_conditioned,  ///< solved, and the reciprocal condition is below u
  grows,            ///< the backward error is beyond 30 N u
  singular,         ///< at a pivot that is known
  near_singular,    ///< a zero pivot or a reciprocal condition below u, as rounding will have it
  non_finite        ///< an element is not finite; it is not to be factored
};

struct named_matrix {
  std::string name;
  index order;
  outcome expected;
  std::function<std::complex<double>(index n, index i, index j)> element;  ///< indices from 1
  index pivot = -1;                                                        ///< that is zero, from 0
  bool is_complex = false;
};

/// All of them; small enough for plain loops. One made of orthogonal factors has its elements made when it is listed.
std::vector<named_matrix> named_matrices();

/// @throw std::out_of_range where there is none of the name
named_matrix matrix_named(const std::string& name);

template <typename T>
dense<T> make_matrix(const named_matrix& one) {
  return filled<T>(one.order, one.order,
                   [&](index i, index j) { return converted<T>(one.element(one.order, i + 1, j + 1)); });
}

}  // namespace gpucompute::testing
