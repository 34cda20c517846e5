// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/graph/scalar_machine.hpp"

namespace gpucompute::graph {
namespace {

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
    if (text.find_first_of("abcdefghijklmnopqrstuvwxyz") == 0 && text.compare(0, 3, "inf") != 0 &&
        text.compare(0, 3, "nan") != 0) {
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

/// C99 leaves open the sign of a part where the other one is NaN, and of zeros at infinities; NumPy's log1p is not exact
/// near 0 as ours is; our maximum orders zeros.
bool excused(const line& l, const datum& input, const datum& got, const datum& expected) {
  const bool nan = std::isnan(expected.number.real()) || std::isnan(expected.number.imag());
  const auto same_size = [](double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || std::fabs(a) == std::fabs(b);
  };
  const bool infinite = std::isinf(input.number.real()) || std::isinf(input.number.imag());
  if ((nan || infinite || l.name == "fmax" || l.name == "fmin") &&
      same_size(got.number.real(), expected.number.real()) && same_size(got.number.imag(), expected.number.imag())) {
    return true;
  }
  return l.name == "log1p" && std::abs(input.number) < 1e-10;
}

TEST(Special, TextsOfRowsAgreeWithNumPy) {
  constexpr double bound = 4e-14;
  const std::vector<line> all = lines();
  ASSERT_GT(all.size(), 5000U);
  int bad = 0;
  for (const line& l : all) {
    dtype type = float64;
    for (std::size_t d = 0; d < dtype_count; ++d) {
      type = name(static_cast<dtype>(d)) == l.type ? static_cast<dtype>(d) : type;
    }
    std::vector<language::binding> names{{"x", type}};
    std::vector<datum> inputs{read(l.first, type)};
    if (!l.second.empty()) {
      names.push_back({"y", type});
      inputs.push_back(read(l.second, type));
    }
    const auto typed = language::compile_text(l.name + (l.second.empty() ? "(x)" : "(x, y)"), names);
    graph nodes = typed.program->nodes;
    const datum got = scalar_machine(nodes, inputs).run(typed.program->results[0].value);
    const datum expected = read(l.expected, got.type);
    const bool same = close(got.number.real(), expected.number.real(), bound) &&
                      close(got.number.imag(), expected.number.imag(), bound) && got.integer == expected.integer;
    if (!same && !excused(l, inputs[0], got, expected)) {
      ++bad;
      ADD_FAILURE() << l.name << " " << l.type << " " << inputs[0].number << (l.second.empty() ? "" : " " + l.second)
                    << " = " << got.number << " " << got.integer << ", NumPy " << expected.number << " "
                    << expected.integer;
    }
  }
  EXPECT_EQ(bad, 0);
}

}  // namespace
}  // namespace gpucompute::graph
