// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/naive/passes.hpp"

#include <algorithm>
#include <limits>
#include <vector>

#include "cpu/solve/naive/elements.hpp"
#include "cpu/solve/naive/matrix.hpp"

namespace gpucompute::cpu::naive {
namespace {

using number = std::complex<double>;

bool is_finite(number x) { return std::isfinite(x.real()) && std::isfinite(x.imag()); }

void find_non_finite(const solving::matrix_view& a, bool c_order, solving::facts& found) {
  const elements at(c_order ? a : solving::transposed(a));
  const index outer = c_order ? a.rows : a.columns;
  const index inner = c_order ? a.columns : a.rows;
  for (index i = 0; i < outer && found.finite; ++i) {
    for (index j = 0; j < inner && found.finite; ++j) {
      if (!is_finite(at(i, j))) {
        found.finite = false;
        found.first_non_finite = {c_order ? i : j, c_order ? j : i};
      }
    }
  }
}

void find_norms(const solving::matrix_view& a, solving::facts& found) {
  const elements at(a);
  std::vector<double> row_sums(static_cast<std::size_t>(a.rows));
  for (index j = 0; j < a.columns; ++j) {
    double column_sum = 0;
    for (index i = 0; i < a.rows; ++i) {
      const double modulus = std::abs(at(i, j));
      column_sum += modulus;
      row_sums[static_cast<std::size_t>(i)] += modulus;
      found.norm_max = std::max(found.norm_max, modulus);
    }
    found.norm_one = std::max(found.norm_one, column_sum);
  }
  for (const double row_sum : row_sums) {
    found.norm_inf = std::max(found.norm_inf, row_sum);
  }
  if (found.finite) {
    found.norm_max = std::min(found.norm_max, std::numeric_limits<double>::max());
  }
}

void find_structure(const solving::matrix_view& a, solving::facts& found) {
  const elements at(a);
  const bool square = a.rows == a.columns;
  found.symmetric = found.hermitian = found.positive_diagonal = square;
  for (index j = 0; j < a.columns; ++j) {
    for (index i = 0; i < a.rows; ++i) {
      const number value = at(i, j);
      if (value != 0.0) {
        found.lower_bandwidth = std::max(found.lower_bandwidth, i - j);
        found.upper_bandwidth = std::max(found.upper_bandwidth, j - i);
      }
      if (square) {
        found.symmetric = found.symmetric && value == at(j, i);
        found.hermitian = found.hermitian && value == std::conj(at(j, i));
      }
      if (i == j) {
        found.positive_diagonal = found.positive_diagonal && value.imag() == 0 && value.real() > 0;
      }
    }
  }
}

}  // namespace

solving::facts inspect(const solving::matrix_view& a, const solving::inspection& how) {
  solving::facts found;
  find_non_finite(a, how.c_order, found);
  find_norms(a, found);
  if (how.structure) {
    find_structure(a, found);
  } else {
    found.lower_bandwidth = std::max<index>(0, a.rows - 1);
    found.upper_bandwidth = std::max<index>(0, a.columns - 1);
  }
  if (how.copy.data != nullptr) {
    copy(a, false, 1, how.copy);
  }
  return found;
}

void copy(const solving::matrix_view& from, bool conjugate, double scale, const solving::block& to) {
  const elements at(from);
  const bool turned = conjugate && is_complex(from.type);  // the conjugate of a real number has no negative zero
  with_number(to.type, [&](auto zero) {
    const auto target = matrix_of<decltype(zero)>(to);
    for (index j = 0; j < from.columns; ++j) {
      for (index i = 0; i < from.rows; ++i) {
        const number value = at(i, j);
        target(i, j) = narrowed<decltype(zero)>(scale * (turned ? std::conj(value) : value));
      }
    }
  });
}

void multiply(double alpha, const solving::matrix_view& a, solving::apply op, const solving::matrix_view& b,
              double beta, const solving::block& c) {
  const bool turned = op == solving::apply::transpose || op == solving::apply::adjoint;
  const bool conjugated = op == solving::apply::conjugate || op == solving::apply::adjoint;
  const elements left(turned ? solving::transposed(a) : a);
  const elements right(b);
  with_number(c.type, [&](auto zero) {
    using number_of_c = decltype(zero);
    const auto narrow = [](number value) { return narrowed<number_of_c>(value); };
    const auto result = matrix_of<number_of_c>(c);
    const auto [scale, keep] =
        std::pair(static_cast<real_of<number_of_c>>(alpha), static_cast<real_of<number_of_c>>(beta));
    for (index j = 0; j < c.columns; ++j) {
      for (index i = 0; i < c.rows; ++i) {
        number_of_c sum{};
        for (index k = 0; k < b.rows; ++k) {
          sum += narrow(conjugated ? std::conj(left(i, k)) : left(i, k)) * narrow(right(k, j));
        }
        result(i, j) = keep == 0 ? scale * sum : scale * sum + keep * result(i, j);
      }
    }
  });
}

}  // namespace gpucompute::cpu::naive
