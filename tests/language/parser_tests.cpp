// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <string>

#include "kernels/language/limits.hpp"
#include "kernels/language/tree.hpp"

namespace gpucompute::language {
namespace {

std::string parsed(std::string_view text) {
  std::string lines = to_text(parse(text));
  lines.pop_back();
  return lines;
}

std::string refused(std::string_view text) {
  try {
    return "accepted: " + to_text(parse(text));
  } catch (const invalid_argument& error) {
    return error.what();
  }
}

TEST(Parser, PowerBindsTighterThanMinusOnItsLeft) {
  EXPECT_EQ(parsed("-a**2"), "(negative (power a 2))");
  EXPECT_EQ(parsed("a**-b**c"), "(power a (negative (power b c)))");
  EXPECT_EQ(parsed("~-+a"), "(invert (negative (positive a)))");
}

TEST(Parser, BinaryOperatorsAssociateToTheLeft) {
  EXPECT_EQ(parsed("a - b - c"), "(subtract (subtract a b) c)");
  EXPECT_EQ(parsed("a // b % c"), "(remainder (floor_divide a b) c)");
}

TEST(Parser, BitsBindTighterThanComparisons) {
  EXPECT_EQ(parsed("a & b == c | d"), "(equal (bitwise_and a b) (bitwise_or c d))");
}

TEST(Parser, ReadsPythonsNumbers) {
  EXPECT_EQ(parsed("0x1f + 0b11 + 0o17 + 1_000"), "(add (add (add 31 3) 15) 1000)");
  EXPECT_EQ(parsed("1. + .5 + 1e-3 + 2E+2"), "(add (add (add 1.0 0.5) 0.001) 200.0)");
  EXPECT_EQ(parsed("1.5j + 3.j"), "(add (0.0+1.5j) (0.0+3.0j))");
  EXPECT_EQ(parsed("1e400 - 1e-400"), "(subtract inf 0.0)");
  EXPECT_EQ(parsed("170141183460469231731687303715884105727"), "170141183460469231731687303715884105727");
}

TEST(Parser, RefusesWhatIsNoNumberInPython) {
  for (const char* text : {"007", "0x", "1__0", "1_", "0b12", "12abc", "1e5x", "0o8", "1.5.2", "3 4"}) {
    EXPECT_NE(refused(text).find("expression: "), std::string::npos) << text << " was " << refused(text);
  }
}

TEST(Parser, StatementsNameValues) {
  EXPECT_EQ(parsed("x = a + 1; y = x*2\n\nx/y;  # the ratio"), "x = (add a 1)\ny = (multiply x 2)\n(divide x y)");
}

TEST(Parser, NewlinesInsideParenthesesAreBlanks) { EXPECT_EQ(parsed("(a +\n # all\n b)"), "(add a b)"); }

TEST(Parser, CallsTakeKeywords) {
  EXPECT_EQ(parsed("sum(a*b, axis=(0, -1), keepdims=True).real"),
            "(real (sum (multiply a b) axis=(tuple 0 (negative 1)) keepdims=True))");
}

TEST(Parser, DepthIsBounded) {
  const std::string deep = std::string(5000, '(') + "a" + std::string(5000, ')');
  EXPECT_NE(refused(deep).find("nesting of at most 200"), std::string::npos);
  EXPECT_NE(refused(std::string(5000, '-') + "a").find("nesting of at most 200"), std::string::npos);
  std::string tower = "a";
  for (int i = 0; i < 5000; ++i) {
    tower += "**a";
  }
  EXPECT_NE(refused(tower).find("nesting of at most 200"), std::string::npos);
  EXPECT_EQ(parsed(std::string(150, '(') + "a" + std::string(150, ')')), "a");
}

TEST(Parser, LengthAndSizeAreBounded) {
  EXPECT_NE(refused(std::string(max_text_bytes + 1, ' ')).find("a text of at most"), std::string::npos);
  std::string wide = "a";
  while (wide.size() < max_text_bytes - 2) {
    wide += "+a";
  }
  EXPECT_NE(refused(wide).find("operations and operands"), std::string::npos);
  EXPECT_NE(refused(std::string(max_name_bytes + 1, 'x')).find("names of at most"), std::string::npos);
}

TEST(Parser, LongFlatTextsAreFine) {
  std::string wide = "a";
  for (int i = 0; i < 20000; ++i) {
    wide += "+a";
  }
  EXPECT_EQ(parse(wide).nodes.size(), 40001U);
  EXPECT_EQ(parsed(wide).size(), 20000U * 8 + 1);
}

}  // namespace
}  // namespace gpucompute::language
