// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>

#include <gpucompute/gpucompute.hpp>

namespace gc = gpucompute;

int main() {
  const std::vector<double> numbers = {4, 1, 2,  //
                                       1, 3, 0,  //
                                       2, 0, 5};
  const gc::array A = gc::array::from(gc::array_view(numbers.data(), {3, 3}));
  const std::vector<double> b = {7, 4, 7};

  const gc::solution s = gc::solve(A, b, {.assume = gc::structure::any, .device = gc::device("auto")});
  std::cout << s.x.values<double>()[0] << ' ' << s.x.values<double>()[1] << ' ' << s.x.values<double>()[2] << '\n';
  std::cout << (s.report.backward_error <= s.report.bar) << ' ' << (s.report.verdict == gc::verdict::good) << ' '
            << (s.report.rcond() > 0.1) << '\n';

  const gc::factorization lu = gc::factorize(A);  // once, for any number of right-hand sides
  std::cout << lu.solve(b, {.operation = gc::operation::transpose}).x.values<double>()[1] << ' '
            << lu.determinant().real() << '\n';

  try {
    gc::solve(gc::array::zeros(gc::float64, {3, 3}), b);
  } catch (const gc::singular_matrix& singular) {
    std::cout << "singular, zero pivot in row " << singular.pivot() << '\n';
  }
  std::cout << s.explain();
}
