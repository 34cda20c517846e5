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

  std::cout << out[2] << ' ' << r.values<double>()[2] << ' ' << z[1] << ' ' << d.values<double>()[0] << '\n';
  for (const gc::device_info& device : gc::devices()) {
    if (device.available) std::cout << device.name << '\n';
  }
}
