// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <gpucompute/gpucompute.hpp>

#include "tests/evaluate/helpers.hpp"

// Calls that cannot be meant are refused in words, with nothing but the header that has all.

namespace gpucompute {
namespace {

using testing::counted;
using testing::expect_error;

TEST(Out, AnEmptyVectorIsNoPlaceForAResult) {
  const std::vector<double> a = counted(3);
  std::vector<double> out;
  const function made = compile("a + 1", {{"a", float64}});
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", a}}, {.out = out}); }, {"(3,)", "(0,)"});
  expect_error<invalid_argument>([&] { made({{"a", a}}, {.out = out}); }, {"(3,)", "(0,)"});
  expect_error<invalid_argument>([&] { evaluate("sum(a)", {{"a", a}}, {.out = out}); }, {"()", "(0,)"});
  const std::vector<double> none;
  EXPECT_NO_THROW(evaluate("a + 1", {{"a", none}}, {.out = out}));
}

TEST(Out, MemoryOfAMovedFromArrayIsNoPlaceEither) {
  const std::vector<double> a = counted(3);
  array out = array::from(a);
  const array kept = std::move(out);
  EXPECT_THROW(evaluate("a + 1", {{"a", a}}, {.out = out}), invalid_argument);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(kept.size(), 3);
}

TEST(Out, ANullPointerIsNamed) {
  const std::vector<double> a = counted(8);
  const mutable_view nowhere(nullptr, float64, {8});
  const function made = compile("x = a + 1; x*2", {{"a", float64}});
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", a}}, {.out = nowhere}); }, {"null", "unnamed", "(8,)"});
  expect_error<invalid_argument>([&] { made({{"a", a}}, {.out = nowhere}); }, {"null", "unnamed"});
  expect_error<invalid_argument>([&] { made({{"a", a}}, {.outputs = {{"x", nowhere}}}); }, {"null", "'x'"});
  const std::vector<std::string> names = {"x"};
  expect_error<invalid_argument>([&] { made.all({{"a", a}}, names, {.out = nowhere}); }, {"null", "unnamed"});
}

TEST(Out, TheUnnamedResultIsCalledSo) {
  const std::vector<double> a = counted(8);
  std::vector<double> out(8);
  expect_error<invalid_argument>(
      [&] {
        evaluate("x = a; x*2", {{"a", a}}, {.outputs = {{"y", out}}});
      },
      {"('x', the unnamed result)", "'y'"});
  expect_error<invalid_argument>(
      [&] {
        evaluate("x = a; x*2", {{"a", a}}, {.out = out, .outputs = {{"x", out}}});
      },
      {"the unnamed result over 'x'"});
}

TEST(MovedFrom, FunctionsRefuseEveryCall) {
  const std::vector<double> a = counted(3);
  function made = compile("a + 1", {{"a", float64}});
  const function kept = std::move(made);
  const std::vector<std::string> names = {"x"};
  for (const function& empty : {made, function(nullptr)}) {  // NOLINT(bugprone-use-after-move)
    EXPECT_THROW(empty({{"a", a}}), invalid_argument);
    EXPECT_THROW(empty.all({{"a", a}}, names), invalid_argument);
    EXPECT_THROW(empty.explain({{"a", a}}), invalid_argument);
    EXPECT_THROW(empty.source({{"a", a}}), invalid_argument);
    EXPECT_THROW(empty.estimate({{"a", a}}), invalid_argument);
    EXPECT_THROW(empty.tier_of({{"a", a}}), invalid_argument);
    EXPECT_THROW(empty.type(), invalid_argument);
  }
  EXPECT_EQ(kept({{"a", a}}).size(), 3);
}

TEST(MovedFrom, ExpressionsAreRefused) {
  expression what = expression(1) + expression(2);
  const expression kept = std::move(what);
  EXPECT_THROW(evaluate(what), invalid_argument);  // NOLINT(bugprone-use-after-move)
  EXPECT_THROW(evaluate(sin(what)), invalid_argument);
  EXPECT_THROW(evaluate(kept + what), invalid_argument);
  EXPECT_EQ(evaluate(kept).item<std::int64_t>(), 3);
}

TEST(Arguments, ANumberThatIsNoDtypeIsRefused) {
  const auto wrong = static_cast<dtype>(200);
  EXPECT_THROW(compile("a + 1", {{"a", wrong}}), invalid_argument);
  EXPECT_THROW(cast(expression(1), wrong), invalid_argument);
}

TEST(Arguments, ANegativeNumberOfThreadsIsRefused) {
  const std::vector<double> a = counted(3);
  const function made = compile("x = a + 1; x", {{"a", float64}});
  const std::vector<std::string> names = {"x"};
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", a}}, {.threads = -1}); }, {"threads", "-1"});
  expect_error<invalid_argument>([&] { made({{"a", a}}, {.threads = -2}); }, {"threads", "-2"});
  expect_error<invalid_argument>([&] { made.all({{"a", a}}, names, {.threads = -3}); }, {"threads", "-3"});
  expect_error<invalid_argument>([&] { explain("a + 1", {{"a", a}}, {.threads = -1}); }, {"threads", "-1"});
}

TEST(Arguments, ANumberThatIsNoTierOrPrecisionIsRefused) {
  const auto no_tier = static_cast<tier>(3);
  const auto no_precision = static_cast<precision>(2);
  expect_error<invalid_argument>([&] { evaluate("a + 1", {{"a", 1.0}}, {.tier = no_tier}); }, {"tier", "3"});
  expect_error<invalid_argument>([&] { compile("1 + 1", {}, {.tier = no_tier}); }, {"tier", "3"});
  expect_error<invalid_argument>(
      [&] {
        evaluate("a + 1", {{"a", 1.0}}, {.precision = no_precision});
      },
      {"precision", "2"});
  expect_error<invalid_argument>([&] { compile("1 + 1", {}, {.precision = no_precision}); }, {"precision", "2"});
}

TEST(Arguments, ConstantsAreNoNames) {
  for (const char* constant : {"pi", "inf", "nan", "True", "False", "None"}) {
    const std::string text = std::string("a + 1 + ") + constant;
    expect_error<invalid_argument>([&] { evaluate(text, {{"a", 1.0}, {constant, 3.0}}); }, {"constant", constant});
    expect_error<invalid_argument>(
        [&] {
          compile(text, {{"a", float64}, {constant, float64}});
        },
        {"constant", constant});
  }
}

TEST(Arguments, ANameIsOneThatATextCanUse) {
  for (const char* name : {"x y", "", "1a", "a-b", "\xc3\xa9", "and", "lambda"}) {
    expect_error<invalid_argument>([&] { compile("1 + 1", {{name, float64}}); }, {"names that a text can use", name});
    expect_error<invalid_argument>([&] { evaluate("1 + 1", {{name, 1.0}}); }, {"names that a text can use", name});
  }
  EXPECT_NO_THROW(compile("_a1 + real", {{"_a1", float64}, {"real", float64}}));
}

TEST(Arguments, AnInputIsGivenOnce) {
  const function made = compile("a + b", {{"a", float64}, {"b", float64}});
  const function one = compile("a + 1", {{"a", float64}});
  expect_error<invalid_argument>([&] { one({{"a", 1.0}, {"a", 100.0}}); }, {"'a' twice"});
  expect_error<invalid_argument>([&] { made({{"a", 1.0}, {"b", 2.0}, {"b", 3.0}}); }, {"'b' twice"});
}

TEST(Arguments, AnInputIsUsedByWhatIsComputed) {
  const std::vector<double> a = counted(3);
  for (const char* text : {"a # q", "a + 1 # q is not here\n", "q = a; q*2", "sum(a, axis=0) # q"}) {
    expect_error<invalid_argument>([&] { evaluate(text, {{"a", a}, {"q", 3.0}}); }, {"'q'", "uses"});
    expect_error<invalid_argument>([&] { evaluate(text, {{"a", a}, {"q", weak_scalar{3.0}}}); }, {"'q'", "uses"});
  }
  expect_error<invalid_argument>([&] { evaluate("sum(a, axis=0)", {{"a", a}, {"sum", 3.0}}); }, {"'sum'", "uses"});
  expect_error<invalid_argument>([&] { evaluate("sum(a, axis=0)", {{"a", a}, {"axis", 3.0}}); }, {"'axis'", "uses"});
  expect_error<invalid_argument>([&] { evaluate("a.real", {{"a", a}, {"real", 3.0}}); }, {"'real'", "uses"});
  expect_error<invalid_argument>([&] { evaluate("a", {{"a", a}, {"q", 3.0}}); }, {"got 'q', which it does not"});
  expect_error<invalid_argument>(
      [&] {
        evaluate("q = 2; q*a", {{"a", a}, {"q", 3.0}});
      },
      {"got 'q', which its statement `q = ...` replaces"});
  EXPECT_NO_THROW(evaluate("q = q + 1; q*a", {{"a", a}, {"q", 3.0}}));
  EXPECT_NO_THROW(evaluate("unwanted = q; a", {{"a", a}, {"q", 3.0}}));
}

TEST(Operators, AMessageSaysWhatItsNamesAre) {
  const array a = array::zeros(float64, {3, 4});
  const array b = array::zeros(float64, {5});
  const char* const names = "\n(v0, v1, ...: the arrays of the expression in their order)";
  expect_error<shape_error>([&] { evaluate(2 * a + b); }, {"(3, 4)", "(5,) (v1)", names});
  expect_error<type_error>([&] { evaluate(a & b); }, {"float64 (v0) and float64 (v1)", names});
  expect_error<name_error>([&] { evaluate(expression::call("sinn", {a})); }, {"did you mean `sin`", names});
  expect_error<syntax_error>([&] { evaluate(expression::call("sin", {a, b})); }, {"1 argument for sin", names});
}

TEST(Header, AllOfTheApiIsInOne) { EXPECT_EQ(set_host_memory(nullptr), nullptr); }

}  // namespace
}  // namespace gpucompute
