// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <utility>

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"
#include "tests/language/mistake.hpp"

namespace gpucompute::language {
namespace {

const std::vector<binding> names = {{"a", float64},
                                    {"i", int32},
                                    {"s", int8},
                                    {"m", bool_},
                                    {"u", uint64},
                                    {"z", complex64},
                                    {"temperature", float32},
                                    {"w", weak_scalar{std::int64_t{3}}}};

template <typename Error>
std::string mistake(std::string_view text) {
  return mistake_in<Error>(text, names);
}

TEST(Mistakes, SyntaxShowsThePlace) {
  EXPECT_EQ(mistake<syntax_error>("a + "),
            "expression: expected a number, a name or `(`, got the end\n  a + \n      ^");
  EXPECT_EQ(mistake<syntax_error>("(a + 1"),
            "expression: expected `)` for the `(` at column 1, got the end\n  (a + 1\n        ^");
  EXPECT_EQ(mistake<syntax_error>("x = a\ny = x +* 2"),
            "expression: expected a number, a name or `(`, got `*` (line 2)\n  y = x +* 2\n         ^");
  EXPECT_EQ(mistake<syntax_error>("a\na + 1"),
            "expression: expected `name = ` before every statement but the last, since its value is lost otherwise "
            "(line 1)\n  "
            "a\n  ^");
}

TEST(Mistakes, PythonThatIsNotInTheLanguageGetsAHint) {
  EXPECT_EQ(mistake<syntax_error>("a > 1 and i < 2"),
            "expression: no `and`: write (a > 1) & (b < 2)\n  a > 1 and i < 2\n        ^^^");
  EXPECT_EQ(mistake<syntax_error>("not m"), "expression: no `not`: write ~(a > 1)\n  not m\n  ^^^");
  EXPECT_EQ(mistake<syntax_error>("1 < a < 2"),
            "expression: no chained comparison: write (a < b) & (b < c); `&` and `|` bind tighter than comparisons\n"
            "  1 < a < 2\n        ^");
  EXPECT_EQ(mistake<syntax_error>("a if m else i"),
            "expression: no `if`: write where(condition, x, y)\n  a if m else i\n    ^^");
  EXPECT_EQ(mistake<syntax_error>("a[1:]"),
            "expression: expected no indexing: pass a view of the part that is meant, got `[`\n  a[1:]\n   ^");
  EXPECT_EQ(mistake<syntax_error>("a == 'x'"), "expression: expected no strings, got a quote\n  a == 'x'\n       ^");
  EXPECT_EQ(mistake<syntax_error>("a.shape"),
            "expression: expected the attribute real or imag, got `shape`\n  a.shape\n    ^^^^^");
  EXPECT_EQ(mistake<syntax_error>("__import__('os')"),
            "expression: expected no strings, got a quote\n  __import__('os')\n             ^");
}

TEST(Mistakes, OperatorsOfOtherLanguagesGetAHint) {
  EXPECT_EQ(mistake<syntax_error>("m && m"), "expression: no operator `&&`: write (a > 1) & (b < 2)\n  m && m\n    ^^");
  EXPECT_EQ(mistake<syntax_error>("m || m"), "expression: no operator `||`: write (a > 1) | (b < 2)\n  m || m\n    ^^");
  EXPECT_EQ(mistake<syntax_error>("!m"),
            "expression: no operator `!`: write ~(a > 1) for a truth, a == 0 for a number\n  !m\n  ^");
  EXPECT_EQ(mistake<type_error>("a^2"),
            "expression: `^` needs integers or bool, got float64 (a) and the int 2; a power is `**`\n  a^2\n   ^");
  EXPECT_EQ(mistake<type_error>("bitwise_xor(a, 2)").find("**"), std::string::npos);
}

TEST(Mistakes, KeywordsOfNumPyGetAHint) {
  EXPECT_EQ(mistake<syntax_error>("mean(a, dtype=float32)"),
            "expression: no `dtype=` for mean: cast what goes in or what comes out, as in float32(x)\n"
            "  mean(a, dtype=float32)\n          ^^^^^");
  EXPECT_EQ(mistake<syntax_error>("sin(a, out=a)"),
            "expression: no `out=` for sin: whoever evaluates says where results go\n  sin(a, out=a)\n         ^^^");
  EXPECT_EQ(mistake<syntax_error>("sum(a, where=m)"),
            "expression: no `where=` for sum: choose elements with where(condition, x, y)\n"
            "  sum(a, where=m)\n         ^^^^^");
  EXPECT_EQ(mistake<syntax_error>("sin(a, axis=0)"),
            "expression: expected no keyword for sin, got `axis`\n  sin(a, axis=0)\n         ^^^^");
}

TEST(Mistakes, AReductionOfTwoArraysNamesWhatIsMeant) {
  EXPECT_EQ(mistake<type_error>("min(a, temperature)"),
            "expression: expected an axis number from -32 to 31, got float32 (temperature); of two arrays, element by "
            "element: "
            "minimum(x, y)\n  min(a, temperature)\n         ^^^^^^^^^^^");
  for (const auto& [text, meant] : {std::pair{"max(a, 1.0)", "maximum(x, y)"},
                                    {"sum(a, a)", "x + y"},
                                    {"sum(a, a, a)", "x + y"},
                                    {"prod(a, a)", "x * y"},
                                    {"any(m, m)", "(x != 0) | (y != 0)"},
                                    {"all(m, m)", "(x != 0) & (y != 0)"}}) {
    std::string got = mistake<type_error>(text);
    if (got.starts_with("another")) {
      got = mistake<syntax_error>(text);
    }
    EXPECT_NE(got.find("; of two arrays, element by element: " + std::string(meant) + "\n"), std::string::npos) << got;
  }
  for (const char* text : {"mean(a, a)", "max(a, axis=a)"}) {
    EXPECT_EQ(mistake<type_error>(text).find("two arrays"), std::string::npos) << text;
  }
}

TEST(Mistakes, UnknownNamesGetTheNearest) {
  EXPECT_EQ(mistake<name_error>("2*temprature"),
            "expression: expected a known name, got `temprature`; did you mean `temperature`?\n  2*temprature\n    "
            "^^^^^^^^^^");
  EXPECT_EQ(mistake<name_error>("sinn(a)"),
            "expression: expected a known function, got `sinn`; did you mean `sin`?\n  sinn(a)\n  ^^^^");
  EXPECT_EQ(mistake<name_error>("sin + a"),
            "expression: expected a known name, got `sin`; it is a function: write `sin(...)`\n  sin + a\n  ^^^");
  EXPECT_EQ(mistake<name_error>("zzzz(a)"), "expression: expected a known function, got `zzzz`\n  zzzz(a)\n  ^^^^");
  EXPECT_EQ(mistake<name_error>("divide_truncated(i, i)").substr(0, 60),
            "expression: expected a known function, got `divide_truncated");
  EXPECT_EQ(mistake<name_error>("x = 1; x = 2; x"),
            "expression: expected a new name before `=`, got `x` again\n  x = 1; x = 2; x\n         ^");
}

TEST(Mistakes, TypesAreNamed) {
  EXPECT_EQ(mistake<type_error>("a & i"),
            "expression: `&` needs integers or bool, got float64 (a) and int32 (i)\n  a & i\n    ^");
  EXPECT_EQ(mistake<type_error>("u & i"),
            "expression: `&` needs an integer type that holds both, which uint64 and signed integers lack (cast one of "
            "them), got uint64 (u) and int32 (i)\n  u & i\n    ^");
  for (const char* text : {"i << u", "u >> s", "u ^ i", "bitwise_or(i, u)"}) {
    EXPECT_NE(mistake<type_error>(text).find("cast one of them"), std::string::npos) << text;
  }
  for (const char* text : {"u & 2.5", "u << 1.0", "m & z"}) {
    EXPECT_NE(mistake<type_error>(text).find("needs integers"), std::string::npos) << text;
  }
  EXPECT_EQ(mistake<type_error>("m - m"),
            "expression: `-` needs numbers, not only bool, got bool (m) and bool (m)\n  m - m\n    ^");
  EXPECT_EQ(mistake<type_error>("z < 2.5"),
            "expression: `<` needs real numbers, got complex64 (z) and the float 2.5\n  z < 2.5\n    ^");
  EXPECT_EQ(mistake<type_error>("s + 300"),
            "expression: expected an integer that fits int8, got 300\n  s + 300\n      ^^^");
  EXPECT_EQ(mistake<type_error>("where(i, a, 1)"),
            "expression: expected a bool condition of where, got int32 (i); compare, as in `x != 0`\n  where(i, a, "
            "1)\n        ^");
  EXPECT_EQ(mistake<type_error>("i ** -1"),
            "expression: expected an exponent of at least 0 for integers, got -1; a float exponent gives a float64 "
            "result\n  i "
            "** -1\n       ^^");
  for (const char* text : {"power(i, -1)", "power(2, -1)", "power(True, -1)", "power(w, -1)"}) {
    EXPECT_EQ(mistake<type_error>(text).substr(0, 71),
              "expression: expected an exponent of at least 0 for integers, got -1; a ")
        << text;
  }
  for (const char* text : {"2**-1", "power(2.0, -1)", "power(2, -1.0)", "power(a, -1)", "power(2, 1)"}) {
    EXPECT_EQ(mistake<type_error>(text), "none") << text;
  }
  EXPECT_EQ(mistake<type_error>("1//0"), "expression: no number for `1//0`: a division by zero\n  1//0\n   ^^");
  EXPECT_EQ(mistake<type_error>("2**200"),
            "expression: no number for `2**200`: an integer beyond 128 bits\n  2**200\n   ^^");
  EXPECT_EQ(mistake<type_error>("max(z)"), "expression: `max` needs real numbers, got complex64 (z)\n  max(z)\n  ^^^");
  EXPECT_EQ(mistake<type_error>("sum(a, axis=i)"),
            "expression: expected an axis number from -32 to 31, got int32 (i)\n  sum(a, axis=i)\n              ^");
}

TEST(Mistakes, AKeywordIsGivenOnce) {
  EXPECT_EQ(mistake<syntax_error>("sum(a, keepdims=True, keepdims=False)"),
            "expression: expected axis or keepdims once as a keyword of sum, got `keepdims`\n"
            "  sum(a, keepdims=True, keepdims=False)\n                        ^^^^^^^^");
  EXPECT_EQ(mistake<syntax_error>("var(a, ddof=1, axis=0, ddof=1)"),
            "expression: expected axis, keepdims or ddof once as a keyword of var, got `ddof`\n"
            "  var(a, ddof=1, axis=0, ddof=1)\n                         ^^^^");
  EXPECT_EQ(mistake<syntax_error>("sum(a, axis=0, axis=0)"),
            "expression: expected axis or keepdims once as a keyword of sum, got `axis`\n"
            "  sum(a, axis=0, axis=0)\n                 ^^^^");
  EXPECT_EQ(mistake<syntax_error>("sum(a, 0, axis=0)"),
            "expression: expected axis or keepdims once as a keyword of sum, got `axis`\n"
            "  sum(a, 0, axis=0)\n            ^^^^");
}

std::string shape_mistake(std::string_view text, std::vector<dimensions> shapes) {
  std::vector<binding> inputs = {{"a", float64}, {"b", float64}};
  const typed_text typed = compile_text(text, std::span(inputs).first(shapes.size()));
  try {
    check_shapes(typed, shapes);
  } catch (const shape_error& error) {
    return error.what();
  }
  return "none";
}

TEST(Mistakes, ShapesAreNamed) {
  EXPECT_EQ(shape_mistake("2*a + b", {{3, 4}, {5}}),
            "expression: expected shapes that broadcast for `+`, got (3, 4) (2*a) and (5,) (b)\n  2*a + b\n      ^");
  EXPECT_EQ(
      shape_mistake("sum(a, axis=2)", {{3, 4}}),
      "expression: expected an axis of the 2 dimensions of shape (3, 4) (a), got 2\n  sum(a, axis=2)\n              ^");
  EXPECT_EQ(shape_mistake("sum(a, axis=(0, -2))", {{3, 4}}),
            "expression: expected each axis once, got axis -2 again, for shape (3, 4) (a)\n  sum(a, axis=(0, -2))\n    "
            "         "
            "     ^^");
  EXPECT_EQ(shape_mistake("max(a)", {{0, 4}}),
            "expression: expected at least one element along the reduced axes, since the maximum of no elements is "
            "undefined, got "
            "shape (0, 4) (a)\n  max(a)\n  ^^^");
  EXPECT_EQ(shape_mistake("max(a, axis=1)", {{0, 4}}), "none");
  EXPECT_EQ(shape_mistake("max(a, axis=1)", {{0, 0}}),
            "expression: expected at least one element along the reduced axes, since the maximum of no elements is "
            "undefined, got "
            "shape (0, 0) (a)\n  max(a, axis=1)\n  ^^^");
  EXPECT_EQ(shape_mistake("m = mean(a, axis=1, keepdims=True); a - m + b", {{3, 4}, {4}}), "none");
  EXPECT_EQ(
      shape_mistake("m = mean(a, axis=1); a - m", {{3, 4}}),
      "expression: expected shapes that broadcast for `-`, got (3, 4) (a) and (3,) (m)\n  m = mean(a, axis=1); a - m\n"
      "                         ^");
}

}  // namespace
}  // namespace gpucompute::language
