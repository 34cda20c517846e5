// SPDX-License-Identifier: Apache-2.0
#include <fstream>
#include <gtest/gtest.h>
#include <string>

#include "kernels/language/tree.hpp"

namespace gpucompute::language {
namespace {

TEST(Precedence, IsPythons) {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/language/precedence.txt");
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
  EXPECT_GT(lines, 1000);
}

}  // namespace
}  // namespace gpucompute::language
