// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"
#include "kernels/language/tree.hpp"
#include "tests/language/mistake.hpp"

// `@`, matmul and dot: how they are read, typed and refused.

namespace gpucompute::language {
namespace {

const std::vector<binding> names = {{"a", float64},
                                    {"b", float64},
                                    {"f", float32},
                                    {"i", int32},
                                    {"m", bool_},
                                    {"z", complex64},
                                    {"w", weak_scalar{std::int64_t{3}}}};

template <typename Error>
std::string mistake(std::string_view text) {
  return mistake_in<Error>(text, names);
}

std::string shape_mistake(std::string_view text, const std::vector<dimensions>& shapes) {
  const typed_text typed = compile_text(text, std::span(names).first(shapes.size()));
  try {
    check_shapes(typed, shapes);
  } catch (const shape_error& error) {
    return error.what();
  }
  return "none";
}

std::string graph_of(std::string_view text) { return graph::to_text(*compile_text(text, names).program); }

TEST(Contraction, TheOperatorIsMatmul) {
  EXPECT_EQ(graph_of("a @ b"), graph_of("matmul(a, b)"));
  EXPECT_EQ(graph_of("a @ b"), "%0 = input float64 a\n%1 = input float64 b\n%2 = matmul float64 %0 %1\nresult = %2\n");
  EXPECT_EQ(to_text(parse("a @ b")), "(@ a b)\n");
}

TEST(Contraction, EqualOnesAreOneNode) {
  EXPECT_EQ(graph_of("(a @ b) + matmul(a, b)"),
            "%0 = input float64 a\n%1 = input float64 b\n%2 = matmul float64 %0 %1\n%3 = add float64 %2 %2\nresult = "
            "%3\n");
  EXPECT_EQ(graph_of("a @ b - b @ a").find("%3 = matmul float64 %1 %0"), graph_of("a @ b - b @ a").find("%3"));
  EXPECT_NE(graph_of("a @ b - dot(a, b)").find("%3 = dot float64 %0 %1"), std::string::npos);
}

TEST(Contraction, OperandsAreCastToTheirCommonType) {
  EXPECT_NE(graph_of("f @ a").find("%2 = cast float64 %0\n%3 = matmul float64 %2 %1"), std::string::npos);
  EXPECT_NE(graph_of("f @ z").find("cast complex64 %0\n"), std::string::npos);
  EXPECT_NE(graph_of("a @ z").find("matmul complex128"), std::string::npos);
}

TEST(Contraction, ANumberTimesAnArrayIsAProduct) {
  EXPECT_EQ(graph_of("dot(2, f)"), graph_of("2 * f"));
  EXPECT_EQ(graph_of("dot(f, w)"), graph_of("f * w"));
  EXPECT_NE(graph_of("dot(f, 2j)").find("multiply complex64"), std::string::npos);
}

TEST(Contraction, TypesThatBlasLacksAreRefusedWithWhatToWrite) {
  EXPECT_EQ(
      mistake<type_error>("i @ a"),
      "expression: `@` needs real or complex numbers, since BLAS has no others: write `float64(i) @ a`, got int32 "
      "(i) and float64 (a)\n  i @ a\n    ^");
  EXPECT_EQ(
      mistake<type_error>("1 + matmul(a, m & m)"),
      "expression: `matmul` needs real or complex numbers, since BLAS has no others: write `matmul(a, float64(m & "
      "m))`, got float64 (a) and bool (m & m)\n  1 + matmul(a, m & m)\n      ^^^^^^");
  EXPECT_EQ(mistake<type_error>("dot(i, i)"),
            "expression: `dot` needs real or complex numbers, since BLAS has no others: write `dot(float64(i), "
            "float64(i))`, got int32 (i) and int32 (i)\n  dot(i, i)\n  ^^^");
  for (const char* text : {"dot(2, i)", "dot(2.5, i)", "dot(2, 3)", "dot(m, 1j)", "dot(True, False)"}) {
    EXPECT_NE(mistake<type_error>(text).find("float64("), std::string::npos) << mistake<type_error>(text);
  }
  EXPECT_EQ(mistake<type_error>("float64(i) @ a"), "none");
  EXPECT_EQ(mistake<type_error>("dot(2, f)"), "none");
}

TEST(Contraction, NumbersAreNotMatrices) {
  EXPECT_EQ(
      mistake<type_error>("2.5 @ a"),
      "expression: `@` needs arrays (`*` multiplies by a number), got the float 2.5 and float64 (a)\n  2.5 @ a\n  "
      "    ^");
  EXPECT_EQ(
      mistake<type_error>("matmul(a, w)"),
      "expression: `matmul` needs arrays (`*` multiplies by a number), got float64 (a) and the int 3\n  matmul(a, "
      "w)\n  ^^^^^^");
  EXPECT_EQ(mistake<type_error>("2 @ 3").substr(0, 32), "expression: `@` needs arrays (`*");
}

TEST(Contraction, CallsTakeTwoOperandsAndNoKeyword) {
  EXPECT_EQ(mistake<syntax_error>("dot(a)"), "expression: expected 2 arguments for dot, got 1\n  dot(a)\n  ^^^^^^");
  EXPECT_EQ(mistake<syntax_error>("matmul(a, b, a)"),
            "expression: expected 2 arguments for matmul, got 3\n  matmul(a, b, a)\n  ^^^^^^^^^^^^^^^");
  EXPECT_EQ(mistake<syntax_error>("matmul(a, b, axis=0)"),
            "expression: expected no keyword for matmul, got `axis`\n  matmul(a, b, axis=0)\n               ^^^^");
  EXPECT_EQ(
      mistake<syntax_error>("dot(a, b, out=a)"),
      "expression: no `out=` for dot: whoever evaluates says where results go\n  dot(a, b, out=a)\n            ^^^");
  EXPECT_EQ(mistake<syntax_error>("a @ @ b"),
            "expression: expected a number, a name or `(`, got `@`\n  a @ @ b\n      ^");
  EXPECT_EQ(mistake<syntax_error>("@ b"), "expression: expected a number, a name or `(`, got `@`\n  @ b\n  ^");
  EXPECT_EQ(mistake<name_error>("matmull(a, b)"),
            "expression: expected a known function, got `matmull`; did you mean `matmul`?\n  matmull(a, b)\n  ^^^^^^^");
  EXPECT_EQ(mistake<name_error>("dot + a"),
            "expression: expected a known name, got `dot`; it is a function: write `dot(...)`\n  dot + a\n  ^^^");
}

TEST(Contraction, ShapesThatDoNotMeetAreNamed) {
  EXPECT_EQ(shape_mistake("a @ (2*b)", {{2, 3}, {2, 3}}),
            "expression: expected as many columns on the left as rows on the right for `@`, got (2, 3) (a) and (2, 3) "
            "((2*b))\n  a "
            "@ (2*b)\n    ^");
  EXPECT_EQ(shape_mistake("dot(a, b)", {{3}, {4}}),
            "expression: expected as many columns on the left as rows on the right for `dot`, got (3,) (a) and (4,) "
            "(b)\n  dot(a, "
            "b)\n  ^^^");
  EXPECT_EQ(shape_mistake("a @ b", {{}, {3}}),
            "expression: expected operands of at least one dimension (`*` multiplies by a number) for `@`, got () (a) "
            "and (3,) "
            "(b)\n  a @ b\n    ^");
  EXPECT_EQ(shape_mistake("x = a @ b; x", {{2, 3, 4}, {5, 4, 3}}),
            "expression: expected stacks of matrices that broadcast for `@`, got (2, 3, 4) (a) and (5, 4, 3) (b)\n  x "
            "= a @ b; "
            "x\n        ^");
  const dimensions most = dimensions::filled(max_rank, 1);
  EXPECT_EQ(shape_mistake("dot(a, b)", {most, {1, 1, 1}}).substr(0, 72),
            "expression: expected a result of at most 32 dimensions for `dot`, got (1");
  EXPECT_EQ(shape_mistake("a @ b", {most, most}), "none");
  // The shape of a product takes part in what follows.
  EXPECT_EQ(
      shape_mistake("a @ b + a", {{2, 3}, {3, 4}}),
      "expression: expected shapes that broadcast for `+`, got (2, 4) (a @ b) and (2, 3) (a)\n  a @ b + a\n        ^");
  EXPECT_EQ(shape_mistake("sum(a @ b, axis=1)", {{2, 3}, {3}}).substr(0, 54),
            "expression: expected an axis of the 1 dimensions of sh");
  EXPECT_EQ(shape_mistake("a @ a", {{2, 3}}).substr(0, 33), "expression: expected as many colu");
  EXPECT_EQ(shape_mistake("w = 2.0; dot(w, a) + b", {{2, 3}, {3}}), "none");
}

}  // namespace
}  // namespace gpucompute::language
