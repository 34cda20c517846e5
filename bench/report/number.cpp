// SPDX-License-Identifier: Apache-2.0
#include "bench/report/number.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

namespace gpucompute::bench {
namespace {

/// Python's rule: a plain decimal for exponents from -4 to `largest`, scientific elsewhere; `scientific` is "d.ddde+XX".
std::string python_spelling(const std::string& scientific, int largest) {
  const bool negative = scientific[0] == '-';
  const std::size_t e = scientific.find('e');
  std::string digits = scientific.substr(negative ? 1 : 0, e - (negative ? 1 : 0));
  const int exponent = std::atoi(scientific.c_str() + e + 1);
  std::erase(digits, '.');
  while (digits.size() > 1 && digits.back() == '0') digits.pop_back();
  const auto size = static_cast<int>(digits.size());
  std::string text;
  if (exponent < -4 || exponent > largest) {
    text = digits.substr(0, 1) + (size > 1 ? "." + digits.substr(1) : "") + scientific.substr(e);
  } else if (exponent < 0) {
    text = "0." + std::string(static_cast<std::size_t>(-exponent - 1), '0') + digits;
  } else if (size <= exponent + 1) {
    text = digits + std::string(static_cast<std::size_t>(exponent + 1 - size), '0') + ".0";
  } else {
    text = digits.substr(0, static_cast<std::size_t>(exponent) + 1) + "." +
           digits.substr(static_cast<std::size_t>(exponent) + 1);
  }
  return (negative ? "-" : "") + text;
}

template <typename T>
std::string spell(T value, int digits) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  char buffer[64];
  const auto scientific = std::chars_format::scientific;
  const auto all = std::to_chars(buffer, buffer + sizeof buffer, value, scientific);
  std::string text(buffer, all.ptr);
  // The shortest spelling is kept where it is already short enough: rounding would add digits that are not there.
  const auto significant =
      std::ranges::count_if(text.substr(0, text.find('e')), [](char c) { return c >= '0' && c <= '9'; });
  if (digits > 0 && significant > digits) {
    const auto some = std::to_chars(buffer, buffer + sizeof buffer, value, scientific, digits - 1);
    text.assign(buffer, some.ptr);
    return python_spelling(text, digits - 1);  // no zeros in place of digits that were dropped
  }
  return python_spelling(text, 15);
}

template <typename T>
std::string spell_complex(std::complex<T> value, int digits) {
  const auto part = [digits](T x) {
    std::string text = spell(x, digits);
    if (text.ends_with(".0")) text.resize(text.size() - 2);
    return text;
  };
  const std::string imaginary = part(value.imag());
  const bool is_signed = imaginary[0] == '-';
  return "(" + part(value.real()) + (is_signed ? "" : "+") + imaginary + "j)";
}

template <typename T>
std::string element_text(const void* data, int digits) {
  T value;
  std::memcpy(&value, data, sizeof value);
  if constexpr (std::is_same_v<T, bool>) {
    return value ? "True" : "False";
  } else if constexpr (std::is_integral_v<T>) {
    return std::to_string(value);
  } else if constexpr (std::is_floating_point_v<T>) {
    return spell(value, digits);
  } else {
    return spell_complex(value, digits);
  }
}

constexpr std::int64_t most_elements_in_full = 1000;
constexpr std::int64_t edge = 3;

class array_printer {
 public:
  explicit array_printer(const array_view& values)
      : values_(values), summarised_(values.size() > most_elements_in_full) {}

  std::string print() {
    visit(static_cast<const char*>(values_.data()), 0, [this](const char* element) {
      width_ = std::max(width_, format_element(element, values_.type(), digits).size());
    });
    walk(static_cast<const char*>(values_.data()), 0);
    return text_;
  }

 private:
  static constexpr int digits = 8;

  /// Positions along an axis that are shown; -1 stands for the gap.
  std::vector<std::int64_t> shown(std::size_t axis) const {
    const std::int64_t extent = values_.shape()[axis];
    std::vector<std::int64_t> positions;
    for (std::int64_t i = 0; i < extent; ++i) {
      if (summarised_ && extent > 2 * edge && i == edge) {
        positions.push_back(-1);
        i = extent - edge;
      }
      positions.push_back(i);
    }
    return positions;
  }

  template <typename Visitor>
  void visit(const char* data, std::size_t axis, const Visitor& visitor) {
    if (axis == values_.rank()) return visitor(data);
    for (const std::int64_t i : shown(axis)) {
      if (i >= 0) visit(data + i * values_.strides()[axis], axis + 1, visitor);
    }
  }

  void walk(const char* data, std::size_t axis) {
    if (axis == values_.rank()) {
      const std::string element = format_element(data, values_.type(), digits);
      text_ += std::string(width_ - element.size(), ' ') + element;
      return;
    }
    text_ += '[';
    const bool last = axis + 1 == values_.rank();
    // Rows begin below each other; a blank line a further dimension parts the blocks.
    const std::string separator =
        last ? " " : std::string(values_.rank() - 1 - axis, '\n') + std::string(axis + 1, ' ');
    bool first = true;
    for (const std::int64_t i : shown(axis)) {
      if (!first) text_ += separator;
      first = false;
      if (i < 0) {
        text_ += "...";
      } else {
        walk(data + i * values_.strides()[axis], axis + 1);
      }
    }
    text_ += ']';
  }

  const array_view& values_;
  bool summarised_;
  std::size_t width_ = 0;
  std::string text_;
};

}  // namespace

std::string shortest(double value) { return spell(value, 0); }
std::string shortest(float value) { return spell(value, 0); }

std::string rounded(double value, int digits) {
  char buffer[64];
  std::snprintf(buffer, sizeof buffer, "%.*g", digits, value);
  return buffer;
}

std::string format_element(const void* data, dtype type, int digits) {
  switch (type) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, bytes, numpy) \
  case name:                                            \
    return element_text<cpp>(data, digits);
#include <gpucompute/dtypes.def>
  }
  return {};
}

std::string format_array(const array_view& values) {
  if (values.rank() == 0) return format_element(values.data(), values.type()) + "\n";
  return array_printer(values).print() + "\n" + std::string(name(values.type())) + " " + to_string(values.shape()) +
         "\n";
}

}  // namespace gpucompute::bench
