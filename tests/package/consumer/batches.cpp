// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <iostream>
#include <vector>

#include <gpucompute/gpucompute.hpp>

namespace gc = gpucompute;

int main() {
  // Three systems of order 2 in one call, each with a right-hand side: b is (3, 2, 1), x as well. The second A is singular.
  std::vector<double> A = {2, 0, 0, 4,  //
                           1, 2, 2, 4,  //
                           3, 1, 1, 3};
  const std::vector<double> b = {2, 4, 1, 1, 4, 4};
  for (;;) {
    try {
      const gc::solution s = gc::solve(gc::array_view(A.data(), {3, 2, 2}), gc::array_view(b.data(), {3, 2, 1}));
      std::cout << s.x.values<double>()[0] << ' ' << s.x.values<double>()[5]
                << ", doubtful: " << s.report.doubtful.size() << '\n';
      break;
    } catch (const gc::singular_matrix& found) {  // without an x, nothing is given: mark the system and go on
      double* const one = &A[static_cast<std::size_t>(found.system()) * 4];
      one[0] = one[3] = 1;
      one[1] = one[2] = 0;
      std::cout << "system " << found.system() << " is singular\n";
    }
  }

  // Ridge regression: (X^T X + I) w = X^T y. A view with the strides exchanged is the transpose, and its product with X is
  // symmetric to the last digit, as Cholesky wants it.
  constexpr std::int64_t m = 4, n = 2;
  const std::vector<double> X = {1, 0, 1, 1, 1, 2, 1, 3}, y = {1, 3, 5, 7}, one = {1, 0, 0, 1};
  const gc::array_view x(X.data(), {m, n}), xt(X.data(), gc::float64, {n, m}, {8, 8 * n});
  const gc::array normal =
      gc::evaluate("matmul(xt, x) + I", {{"xt", xt}, {"x", x}, {"I", gc::array_view(one.data(), {n, n})}});
  const gc::array right = gc::evaluate("matmul(xt, y)", {{"xt", xt}, {"y", y}});
  const gc::factorization ridge = gc::factorize(normal, {.assume = gc::structure::positive_definite});
  const gc::array w = ridge.solve(right).x;  // and any number of other right-hand sides
  std::cout << w.values<double>()[0] << ' ' << w.values<double>()[1] << '\n';

  // Least squares with complex numbers: A has more rows than columns.
  using complex = std::complex<double>;
  const std::vector<complex> C = {{1, 0}, {0, 1}, {0, 1}, {1, 0}, {1, 1}, {1, -1}}, d = {{1, 1}, {1, 1}, {2, 0}};
  const gc::solution fit = gc::solve(gc::array_view(C.data(), {3, 2}), d);
  std::cout << fit.x.values<complex>()[0].real() << ", rank " << fit.report.rank << '\n';
}
