// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"

// Operators between literals against Python, by the table of tests/oracle/make_literals.py.

namespace gpucompute::language {
namespace {

std::string computed(const std::string& text) {
  try {
    const typed_text typed = compile_text(text, {});
    const graph::node& made = typed.program->nodes[typed.program->results.back().value];
    if (made.kind != graph::node_kind::literal) {
      return "no literal";
    }
    if (made.type == bool_) {
      return made.value.low != 0 ? "True" : "False";
    }
    char bits[17];
    std::snprintf(bits, sizeof bits, "%016lx", static_cast<unsigned long>(made.value.low));
    return made.type == float64 ? bits : std::string(name(made.type));
  } catch (const expression_error& error) {
    return error.what();
  }
}

TEST(Literals, AreComputedWithAsPythonDoes) {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/language/literals.txt");
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const std::size_t at = line.find(" ; ");
    ASSERT_NE(at, std::string::npos);
    EXPECT_EQ(computed(line.substr(0, at)), line.substr(at + 3)) << line.substr(0, at);
  }
  EXPECT_GT(lines, 1500);
}

}  // namespace
}  // namespace gpucompute::language
