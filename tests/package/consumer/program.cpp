// SPDX-License-Identifier: Apache-2.0
// A user's program: nothing here but the public headers.
#include <iostream>
#include <vector>

#include <gpucompute/gpucompute.hpp>

namespace gc = gpucompute;

int main() {
  const std::vector<double> a{1, 2, 3};
  const gc::array u = gc::array::from(a);
  if (u.values<double>()[2] != 3) return 1;
  std::cout << "consumer: " << gc::to_string(u.shape()) << '\n';
}
