// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/error.hpp>
#include <gpucompute/functions.hpp>

namespace gc = gpucompute;

namespace {

std::string text(const gc::expression& e) { return e.render().text; }

struct Expression : testing::Test {
  gc::array u = gc::array::zeros(gc::float32, {4, 5});
  gc::array v = gc::array::zeros(gc::float32, {4, 5});
};

TEST_F(Expression, RendersAsText) {
  EXPECT_EQ(text(gc::sin(u) * 2 + gc::sum(u)), "((sin(v0) * 2) + sum(v0))");
  EXPECT_EQ(text(-u / v), "((-v0) / v1)");
  EXPECT_EQ(text(gc::where(u > 0, ~(u < v), false)), "where((v0 > 0), (~(v0 < v1)), False)");
  EXPECT_EQ(text(gc::sum(u, {.axis = 1, .keepdims = true})), "sum(v0, axis=(1), keepdims=True)");
  EXPECT_EQ(text(gc::std(u, {.axis = {0, -1}, .ddof = 1})), "std(v0, axis=(0, -1), ddof=1.0)");
  EXPECT_EQ(text(gc::asin(u)), "arcsin(v0)");
  EXPECT_EQ(text(gc::cast(u, gc::bool_)), "bool(v0)");
}

TEST_F(Expression, NumbersAreWrittenExactly) {
  EXPECT_EQ(text(u + 0.1), "(v0 + 0.1)");
  EXPECT_EQ(text(u * 3.0), "(v0 * 3.0)");
  EXPECT_EQ(text(u - -0.0), "(v0 - (-0.0))");
  EXPECT_EQ(text(u * -7), "(v0 * (-7))");
  EXPECT_EQ(text(u * 18446744073709551615U), "(v0 * 18446744073709551615)");
  EXPECT_EQ(text(u == std::numeric_limits<double>::infinity()), "(v0 == inf)");
  EXPECT_EQ(text(gc::power(u, true)), "power(v0, True)");
  const auto rendered = (u * std::complex<double>(1, -0.0)).render();
  EXPECT_EQ(rendered.text, "(v0 * v1)");
  ASSERT_NE(rendered.values[1].weak(), nullptr);
  EXPECT_EQ(std::get<std::complex<double>>(rendered.values[1].weak()->value), std::complex<double>(1, -0.0));
}

TEST_F(Expression, WhatIsUsedTwiceGetsAName) {
  const gc::expression s = gc::exp(u);
  EXPECT_EQ(text(s / (1 + s)), "t0 = exp(v0); (t0 / (1 + t0))");
}

TEST_F(Expression, LongChainsAreLinear) {
  gc::expression e = u;
  for (int i = 0; i < 10000; ++i) {
    e = e + e;
  }
  EXPECT_LT(text(e).size(), 40U * 10000U);
  gc::expression chain = u;
  for (int i = 0; i < 100000; ++i) {
    chain = chain * v;
  }
  EXPECT_LT(text(chain).size(), 20U * 100000U);
}

TEST_F(Expression, KeepsAnArraysMemoryAlive) {
  const gc::expression e = gc::array::zeros(gc::float64, {3}) + 1;
  EXPECT_EQ(e.render().values.size(), 1U);
  EXPECT_EQ(static_cast<const double*>(e.render().values[0].data())[2], 0.0);
}

TEST_F(Expression, ViewsAndVectorsAreOperandsBesideArrays) {
  std::vector<double> host(5);
  EXPECT_EQ(text(gc::array_view(host) * 2), "(v0 * 2)");
  EXPECT_EQ(text(u + host), "(v0 + v1)");
  EXPECT_EQ(text(gc::sin(host)), "sin(v0)");
}

/// The message of whatever is thrown.
template <typename Call>
std::string refusal(const Call& call) {
  try {
    call();
  } catch (const gc::invalid_argument& error) {
    return error.what();
  }
  return "none";
}

TEST_F(Expression, OnlyOperatorsOfTheLanguageArePut) {
  for (const char* symbol :
       {"+", "-", "*", "/", "//", "%", "**", "<<", ">>", "&", "|", "^", "<", "<=", ">", ">=", "==", "!="}) {
    EXPECT_EQ(text(gc::expression::operation(symbol, {u, v})), std::string("(v0 ") + symbol + " v1)");
  }
  for (const char* symbol : {"+", "-", "~"}) {
    EXPECT_EQ(text(gc::expression::operation(symbol, {u})), std::string("(") + symbol + "v0)");
  }
  for (const char* symbol : {"+ 1 +", "~", "", " +", "and", "+ #", "=", "&&"}) {
    EXPECT_EQ(refusal([&] {
                gc::expression::operation(symbol, {u, v});
              }),
              std::string("expression: expected an operator of the language with 2 operands, got `") + symbol + "`");
  }
  EXPECT_EQ(refusal([&] { gc::expression::operation("*", {u}); }),
            "expression: expected an operator of the language with 1 operand, got `*`");
  EXPECT_NE(refusal([&] { gc::expression::operation("+", {u, u, u}); }), "none");
  EXPECT_NE(refusal([&] { gc::expression::operation("+", {}); }), "none");
}

TEST_F(Expression, OnlyNamesAndKeywordsAreCalled) {
  EXPECT_EQ(text(gc::expression::call("sum", {u}, ", axis=(0, -1), keepdims=True")),
            "sum(v0, axis=(0, -1), keepdims=True)");
  for (const char* name : {"", "sin(1) + sin", "1", "sin ", "sin#"}) {
    EXPECT_EQ(refusal([&] { gc::expression::call(name, {u}); }),
              std::string("expression: expected the name of a function, got `") + name + "`");
  }
  for (const char* keywords :
       {", axis=0) + (1", ", axis=0 #", "; x", " + 1", ", axis=(0", ", axis=0; 1", ")(", ",\n"}) {
    EXPECT_NE(refusal([&] { gc::expression::call("sum", {u}, keywords); }).find("expression: expected keywords as in"),
              std::string::npos)
        << keywords;
  }
}

template <typename L, typename R>
concept has_plus = requires(const L& a, const R& b) {
  a + b;
};
template <typename L, typename R>
concept has_shift = requires(L& a, const R& b) {
  a << b;
};
static_assert(has_plus<gc::array, double> && has_plus<double, gc::expression>);
static_assert(!has_plus<std::vector<double>, int> && !has_plus<gc::array, std::string>);
static_assert(!has_shift<std::ostream, gc::array> && has_shift<gc::array, int>);
static_assert(!std::convertible_to<gc::expression, bool>);
static_assert(!std::convertible_to<const char*, gc::expression>);

}  // namespace
