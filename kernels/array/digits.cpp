// SPDX-License-Identifier: Apache-2.0
#include "kernels/array/digits.hpp"

#include <charconv>
#include <iterator>

namespace gpucompute {
namespace {

template <typename Float>
std::string shortest(Float value) {
  char text[32];
  return {text, std::to_chars(std::begin(text), std::end(text), value).ptr};
}

}  // namespace

std::string shortest_digits(double value) { return shortest(value); }
std::string shortest_digits(float value) { return shortest(value); }

std::string python_digits(double value) {
  const std::string text = shortest(value);
  return text.find_first_not_of("-0123456789") == std::string::npos ? text + ".0" : text;
}

}  // namespace gpucompute
