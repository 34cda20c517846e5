// SPDX-License-Identifier: Apache-2.0
#include <cmath>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <sstream>

#include "tests/common/naive.hpp"

namespace gpucompute::graph {
namespace {

/// An element: floats and complex in `number`, the rest in `integer`.
struct datum {
  dtype type = float64;
  std::complex<double> number = 0;
  std::int64_t integer = 0;
};

testing::naive_value as_value(const datum& one) {
  const bool whole = !is_floating(one.type) && !is_complex(one.type);
  const auto part = [&](double number) {
    return testing::scalar_cast(testing::to_bits(number), float64, component(one.type));
  };
  return {one.type,
          {},
          {whole ? literal{static_cast<std::uint64_t>(one.integer), 0}
                 : literal{part(one.number.real()), is_complex(one.type) ? part(one.number.imag()) : 0}}};
}

datum as_datum(const testing::naive_value& one) {
  if (is_floating(one.type) || is_complex(one.type)) return {one.type, one.complex_number(0), 0};
  return {one.type, 0, static_cast<std::int64_t>(testing::scalar_cast(one.elements[0].low, one.type, int64))};
}

double part_of(const std::string& text) { return std::strtod(text.c_str(), nullptr); }

datum read(const std::string& text, dtype type) {
  if (!is_floating(type) && !is_complex(type)) {
    return {type, 0, text == "True" ? 1 : text == "False" ? 0 : std::stoll(text)};
  }
  const std::size_t comma = text.find(',');
  const double imag = comma == std::string::npos ? 0 : part_of(text.substr(comma + 1));
  return {type, {part_of(text.substr(0, comma)), imag}, 0};
}

/// Same NaN-ness, same infinity, same zero, or within `bound` relatively.
bool close(double got, double expected, double bound) {
  if (std::isnan(expected) || std::isnan(got)) {
    return std::isnan(expected) == std::isnan(got);
  }
  if (std::isinf(expected) || std::isinf(got)) {
    return got == expected;
  }
  if (got == 0 && expected == 0) {
    return std::signbit(got) == std::signbit(expected);
  }
  return std::fabs(got - expected) <= bound * std::fabs(expected);
}

struct line {
  std::string name, type, first, second, expected;
};

std::vector<line> lines() {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/graph/special.txt");
  std::vector<line> all;
  line head;
  for (std::string text; std::getline(file, text);) {
    if (text.find_first_of("abcdefghijklmnopqrstuvwxyz") == 0 && !text.starts_with("inf") && !text.starts_with("nan")) {
      std::istringstream(text) >> head.name >> head.type;
      continue;
    }
    std::istringstream words(text);
    line l = head;
    words >> l.first >> l.second;
    if (!(words >> l.expected)) {
      l.expected.swap(l.second);
    }
    all.push_back(l);
  }
  return all;
}

/// Both NaN, or equal but for the sign of a zero or an infinity.
bool same_but_open_sign(double got, double expected, double bound) {
  const bool open = (got == 0 && expected == 0) || (std::isinf(got) && std::isinf(expected));
  return open || close(got, expected, bound);
}

/// What may differ from NumPy's result, and how.
enum class freedom {
  sign_beside_nan,   ///< C99: the sign of a part that is zero or infinite where the other one is NaN
  sign_at_infinity,  ///< C99: the same where a part of the argument is infinite and no part is NaN
  zeros_unordered,   ///< either zero may come out of NumPy's; ours orders them
  exact_near_zero,   ///< NumPy rounds 1 + z first; log1p(z) = z - z**2/2 up to 1e-20
  finite_product,    ///< NumPy's exp(x) is infinite where exp(x)*cos(y) or exp(x)*sin(y) is not
};

struct excuse {
  const char* name;
  const char* type;
  freedom what;
};

constexpr excuse excuses[] = {
    {"exp", "complex128", freedom::sign_at_infinity},  {"exp2", "complex128", freedom::sign_at_infinity},
    {"sin", "complex128", freedom::sign_beside_nan},   {"cos", "complex128", freedom::sign_beside_nan},
    {"tan", "complex128", freedom::sign_at_infinity},  {"sinh", "complex128", freedom::sign_beside_nan},
    {"cosh", "complex128", freedom::sign_beside_nan},  {"tanh", "complex128", freedom::sign_at_infinity},
    {"fmax", "float64", freedom::zeros_unordered},     {"fmin", "float64", freedom::zeros_unordered},
    {"log1p", "complex128", freedom::exact_near_zero}, {"expm1", "complex128", freedom::finite_product},
};

bool holds(const excuse& rule, const datum& input, const datum& got, const datum& expected, double bound) {
  const double x = input.number.real(), y = input.number.imag();
  const bool open = same_but_open_sign(got.number.real(), expected.number.real(), bound) &&
                    same_but_open_sign(got.number.imag(), expected.number.imag(), bound);
  const bool nan = std::isnan(expected.number.real()) || std::isnan(expected.number.imag());
  switch (rule.what) {
    case freedom::sign_beside_nan:
      return open && nan;
    case freedom::sign_at_infinity:
      return open && !nan && (std::isinf(x) || std::isinf(y));
    case freedom::zeros_unordered:
      return got.number == 0.0 && expected.number == 0.0;
    case freedom::exact_near_zero:
      return std::abs(input.number) < 1e-10 && close(got.number.real(), x + (y * y - x * x) / 2, bound) &&
             close(got.number.imag(), y, bound);
    case freedom::finite_product: {
      const auto exact = static_cast<std::complex<double>>(std::exp(std::complex<long double>(x, y)) - 1.0L);
      return x > 709 && close(got.number.real(), exact.real(), bound) && close(got.number.imag(), exact.imag(), bound);
    }
  }
  return false;
}

TEST(Special, TextsOfRowsAgreeWithNumPy) {
  constexpr double bound = 4e-14;
  const std::vector<line> all = lines();
  ASSERT_GT(all.size(), 5000U);
  int bad = 0;
  std::vector<int> used(std::size(excuses), 0);
  const auto excused = [&](const line& l, const datum& input, const datum& got, const datum& expected) {
    for (std::size_t i = 0; i < std::size(excuses); ++i) {
      if (l.name == excuses[i].name && l.type == excuses[i].type && holds(excuses[i], input, got, expected, bound)) {
        ++used[i];
        return true;
      }
    }
    return false;
  };
  for (const line& l : all) {
    dtype type = float64;
    for (std::size_t d = 0; d < dtype_count; ++d) {
      type = name(static_cast<dtype>(d)) == l.type ? static_cast<dtype>(d) : type;
    }
    std::vector<language::binding> names{{"x", type}};
    const datum first = read(l.first, type);
    std::vector<testing::naive_value> inputs{as_value(first)};
    if (!l.second.empty()) {
      names.push_back({"y", type});
      inputs.push_back(as_value(read(l.second, type)));
    }
    const auto typed = language::compile_text(l.name + (l.second.empty() ? "(x)" : "(x, y)"), names);
    const datum got =
        as_datum(testing::naive_evaluator(typed.program->nodes, inputs).value(typed.program->results[0].value));
    const datum expected = read(l.expected, got.type);
    const bool same = close(got.number.real(), expected.number.real(), bound) &&
                      close(got.number.imag(), expected.number.imag(), bound) && got.integer == expected.integer;
    if (!same && !excused(l, first, got, expected)) {
      ++bad;
      ADD_FAILURE() << l.name << " " << l.type << " " << first.number << (l.second.empty() ? "" : " " + l.second)
                    << " = " << got.number << " " << got.integer << ", NumPy " << expected.number << " "
                    << expected.integer;
    }
  }
  EXPECT_EQ(bad, 0);
  for (std::size_t i = 0; i < std::size(excuses); ++i) {
    EXPECT_GT(used[i], 0) << "nothing needs the excuse of " << excuses[i].name << " " << excuses[i].type << " number "
                          << static_cast<int>(excuses[i].what);
  }
}

}  // namespace
}  // namespace gpucompute::graph
