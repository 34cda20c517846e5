// SPDX-License-Identifier: Apache-2.0
#include <iostream>
#include <vector>

#include <gpucompute/gpucompute.hpp>

namespace gc = gpucompute;

int main() {
  std::vector<double> a = {1, 2, 3}, b = {4, 5, 6}, out(a.size());
  gc::evaluate("a**2 + b**2 + 2*a*b", {{"a", a}, {"b", b}}, {.out = out});  // into the caller's memory
  gc::array r = gc::evaluate("a**2 + b**2", {{"a", a}, {"b", b}}, {.device = gc::device("cpu"), .threads = 2});

  gc::function f = gc::compile("a*b + c", {{"a", gc::float32}, {"b", gc::float32}, {"c", gc::float32}});
  std::vector<float> x = {1, 2}, y = {3, 4}, z(2);
  f({{"a", x}, {"b", y}, {"c", 2.0f}}, {.out = z});  // from any number of threads

  gc::array u = gc::array::from(a);
  gc::array d = gc::evaluate(gc::sin(u) * 2 + gc::sum(u));  // C++ operators make the same graph

  std::vector<double> A = {4, 1, 1, 3}, rhs = {6, 7};
  gc::solution s = gc::solve(gc::array_view(A.data(), {2, 2}), rhs);  // A x = rhs; s.explain() says how

  std::cout << out[2] << ' ' << r.values<double>()[2] << ' ' << z[1] << ' ' << d.values<double>()[0] << '\n';
  std::cout << s.x.values<double>()[0] << ' ' << s.x.values<double>()[1] << ' '
            << (s.report.verdict == gc::verdict::good ? "good" : "doubtful") << '\n';
  for (const gc::device_info& device : gc::devices()) {
    if (device.available) std::cout << device.name << '\n';
  }
}
