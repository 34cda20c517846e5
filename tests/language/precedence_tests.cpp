// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "kernels/language/tree.hpp"

namespace gpucompute::language {
namespace {

void expect_pythons(const std::string& name, int least) {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/language/" + name);
  int lines = 0;
  for (std::string line; std::getline(file, line); ++lines) {
    const std::size_t at = line.find(" ; ");
    ASSERT_NE(at, std::string::npos);
    std::string read;
    try {
      read = to_text(parse(line.substr(0, at)));
      read.pop_back();
    } catch (const syntax_error& error) {
      read = std::string(error.what()).find("no chained comparison") != std::string::npos ? "chained" : error.what();
    }
    EXPECT_EQ(read, line.substr(at + 3)) << line.substr(0, at);
  }
  EXPECT_GE(lines, least);
}

TEST(Precedence, IsPythons) { expect_pythons("precedence.txt", 1000); }
TEST(Precedence, OfMatrixProductsIsPythons) { expect_pythons("matmul_precedence.txt", 170); }

}  // namespace
}  // namespace gpucompute::language
