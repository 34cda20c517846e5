// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <vector>

#include "bench/command/filter.hpp"
#include "bench/command/list.hpp"
#include "bench/command/literal.hpp"
#include "bench/command/nearest.hpp"
#include "bench/command/options.hpp"
#include "bench/process/failure.hpp"
#include "tests/bench/refusal.hpp"
#include "tests/bench/required.hpp"

namespace gpucompute::bench {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(List, ReadsItemsInEverySpelling) {
  EXPECT_THAT(parse_list("1000", "--n"), ElementsAre(1000));
  EXPECT_THAT(parse_list("1e3,2^10,7", "--n"), ElementsAre(1000, 1024, 7));
  EXPECT_THAT(parse_list("1.5e3", "--n"), ElementsAre(1500));
  EXPECT_THAT(parse_list("2^0", "--n"), ElementsAre(1));
}

TEST(List, ReadsRangesWithBothEnds) {
  EXPECT_THAT(parse_list("1e3:1e6:x10", "--n"), ElementsAre(1000, 10'000, 100'000, 1'000'000));
  EXPECT_THAT(parse_list("1:20:x2", "--n"), ElementsAre(1, 2, 4, 8, 16));
  EXPECT_THAT(parse_list("2^3:2^5:+8", "--n"), ElementsAre(8, 16, 24, 32));
  EXPECT_THAT(parse_list("5:5:+1", "--n"), ElementsAre(5));
  EXPECT_THAT(parse_list("1:4:x1.5", "--n"), ElementsAre(1, 2, 3));
}

TEST(List, KeepsTheOrderAndDropsRepetitions) { EXPECT_THAT(parse_list("4,1:4:+1,4", "--n"), ElementsAre(4, 1, 2, 3)); }

TEST(List, RefusesBadItemsByName) {
  for (const char* item :
       {"",    "0",   "-1",    "+1",    "1.5",    "1e-3",   "x",      "2^",       "^2",    "2^-1",     "2^64", "1e300",
        "nan", "1:2", "1:2:3", "1:2:x", "1:2:x1", "1:2:+0", "2:1:x2", "1:2:x2:3", "1::x2", "1:2:xnan", "0x10", " 1"}) {
    const std::string list = std::string("1,") + item;
    EXPECT_THAT(refusal([&] { parse_list(list, "--n"); }),
                testing::AllOf(HasSubstr("--n: "), HasSubstr("'" + std::string(item) + "'")));
  }
  EXPECT_THAT(refusal([] { parse_list("1:1e9:+1", "--n"); }), HasSubstr("10000 values"));
}

TEST(List, ReadsSecondsAndPercentages) {
  EXPECT_EQ(parse_seconds("0.5", "--max-time"), 0.5);
  EXPECT_EQ(parse_percentage("2.5%", "--target-ci"), 0.025);
  for (const char* text : {"0", "-1", "inf", "nan", "", "1s"}) {
    EXPECT_NE(refusal([&] { parse_seconds(text, "--max-time"); }), "accepted") << text;
  }
  for (const char* text : {"1", "0%", "100%", "%", "nan%"}) {
    EXPECT_NE(refusal([&] { parse_percentage(text, "--target-ci"); }), "accepted") << text;
  }
}

template <typename T>
T literal(std::string_view text) {
  return std::get<T>(required(parse_literal(text)).value);
}

TEST(Literal, HasThePythonTypeOfItsSpelling) {
  EXPECT_EQ(literal<bool>("True"), true);
  EXPECT_EQ(literal<bool>("False"), false);
  EXPECT_EQ(literal<std::int64_t>("-1"), -1);
  EXPECT_EQ(literal<std::int64_t>("+9223372036854775807"), 9223372036854775807);
  EXPECT_EQ(literal<std::int64_t>("-9223372036854775808"), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(literal<std::uint64_t>("9223372036854775808"), std::uint64_t{1} << 63);
  EXPECT_EQ(literal<std::uint64_t>("0xffff_ffff_ffff_ffff"), std::numeric_limits<std::uint64_t>::max());
  EXPECT_EQ(literal<std::int64_t>("1_000"), 1000);
  EXPECT_EQ(literal<std::int64_t>("-0b1_01"), -5);
  EXPECT_EQ(literal<double>("1_0.5_0e0_1"), 105);
  EXPECT_EQ(literal<double>("2.5"), 2.5);
  EXPECT_EQ(literal<double>("1e-3"), 1e-3);
  EXPECT_EQ(literal<double>(".5"), 0.5);
  EXPECT_EQ(literal<double>("5."), 5.0);
  EXPECT_EQ(literal<double>("1e400"), std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(literal<double>("nan")));
  EXPECT_EQ(literal<double>("-inf"), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(literal<std::complex<double>>("1+2j"), std::complex<double>(1, 2));
  EXPECT_EQ(literal<std::complex<double>>("-1e3-2.5e-1j"), std::complex<double>(-1000, -0.25));
  EXPECT_EQ(literal<std::complex<double>>("2j"), std::complex<double>(0, 2));
}

TEST(Literal, AnythingElseIsAFile) {
  for (const char* text :
       {"", "a.npy", "true", "1.npy", "1e", "1__0", "0xg", "0x1j", "1+2", "1+j", "infinity", "1 ", "--1", "."}) {
    EXPECT_FALSE(parse_literal(text).has_value()) << text;
  }
  for (const char* text : {"18446744073709551616", "-9223372036854775809", "0x1_0000_0000_0000_0000", "01"}) {
    EXPECT_THAT(refusal([&] { parse_literal(text); }), HasSubstr("a whole number")) << text;
  }
}

TEST(Threads, AreBetweenOneAndTheMost) {
  EXPECT_EQ(parse_threads("4096"), most_threads);
  EXPECT_THAT(parse_thread_list("1,2^12"), ElementsAre(1, 4096));
  for (const char* text : {"0", "-1", "1.5", "", "4097", "1e12", "99999999999999999999"}) {
    EXPECT_THAT(refusal([&] { parse_threads(text); }), HasSubstr("--threads: expected")) << text;
    EXPECT_THAT(refusal([&] { parse_thread_list(text); }), HasSubstr("--threads: expected")) << text;
  }
}

TEST(Filter, FindsWhatItSays) {
  EXPECT_TRUE(std::regex_search("expr/E2/1000", parse_filter("E[12]/\\d{4}$")));
  EXPECT_TRUE(std::regex_search("E10", parse_filter("^E(?!1$)1")));
  EXPECT_FALSE(std::regex_search("E10", parse_filter("^E1$")));
}

TEST(Filter, RefusesWhatIsNoneOrTooMuch) {
  for (const char* text : {"(", "[", "*", "a\\", "(a)\\1"}) {
    EXPECT_THAT(refusal([&] { parse_filter(text); }), HasSubstr("a regular expression")) << text;
  }
  EXPECT_THAT(refusal([] { parse_filter(std::string(257, 'x')); }), HasSubstr("at most 256"));
  for (const char* text :
       {"(a?){1000}", "((a?){99}){99}", "a{2,5000}", "a{99999999999999999999999}", "a{1,99999999999999999999999}"}) {
    EXPECT_THAT(refusal([&] { parse_filter(text); }), HasSubstr("fewer repetitions")) << text;
  }
}

/// The longest that is accepted, where a search without bounds takes for ever or runs out of stack.
TEST(Filter, EverySearchEnds) {
  std::string deep(85, '('), wide;
  for (int i = 0; i < 85; ++i) deep += "a)";
  while (wide.size() + 6 < 256) wide += "(.|.)*";
  const std::string subject(90, 'a');
  EXPECT_TRUE(std::regex_search(subject, parse_filter(deep)));
  EXPECT_FALSE(std::regex_search(subject, parse_filter(wide + "$z")));
  EXPECT_FALSE(std::regex_search(subject, parse_filter("((a?a?a?a?a?a?a?a?){14}){8}b")));
}

constexpr option some_options[] = {
    {"-o", "FILE", "output", true}, {"--threads", "N", "threads"}, {"--explain", "", "explains"}};
constexpr command_table some_table = {.name = "some",
                                      .operands = "TEXT [X...]",
                                      .summary = "Does something.",
                                      .details = "",
                                      .fewest = 1,
                                      .most = 3,
                                      .options = some_options,
                                      .first_is_expression = true};

parsed_command parsed(const std::vector<std::string>& words) { return parse(some_table, words); }

TEST(Options, SeparatesOptionsAndOperands) {
  const parsed_command line = parsed({"a+b", "-o", "x", "--threads=2", "c", "-o", "y", "--explain"});
  EXPECT_THAT(line.operands(), ElementsAre("a+b", "c"));
  EXPECT_THAT(line.values("-o"), ElementsAre("x", "y"));
  EXPECT_EQ(line.value("--threads"), "2");
  EXPECT_TRUE(line.has("--explain"));
}

TEST(Options, AnExpressionMayBeginWithAMinus) {
  EXPECT_THAT(parsed({"-a + b"}).operands(), ElementsAre("-a + b"));
  EXPECT_THAT(parsed({"--", "--a"}).operands(), ElementsAre("--a"));
  EXPECT_THAT(refusal([] { parsed({"a", "-b"}); }), HasSubstr("unknown option '-b'"));
}

TEST(Options, RefusalsNameTheWordAndTheNearestOption) {
  EXPECT_THAT(refusal([] { parsed({"a", "--thread", "2"}); }), HasSubstr("'--thread' (did you mean '--threads'?)"));
  EXPECT_THAT(refusal([] { parsed({"a", "--threads"}); }), HasSubstr("--threads needs a value: N"));
  EXPECT_THAT(refusal([] { parsed({"a", "--threads=1", "--threads=2"}); }), HasSubstr("more than once"));
  EXPECT_THAT(refusal([] { parsed({"a", "--explain=1"}); }), HasSubstr("takes no value"));
  EXPECT_THAT(refusal([] { parsed({}); }), HasSubstr("expected TEXT"));
  EXPECT_THAT(refusal([] { parsed({"a", "b", "c", "d"}); }), HasSubstr("unexpected operand 'd'"));
}

TEST(Options, HelpComesFromTheTable) {
  EXPECT_TRUE(parsed({"--help"}).wants_help());
  EXPECT_TRUE(parsed({"a", "-h"}).wants_help());
  const std::string text = help(some_table);
  for (const option& one : some_options) EXPECT_THAT(text, HasSubstr(std::string(one.name)));
}

TEST(Nearest, SuggestsOnlyWhatIsNear) {
  constexpr std::string_view known[] = {"eval", "env", "devices"};
  EXPECT_EQ(suggestion("evla", known), " (did you mean 'eval'?)");
  EXPECT_EQ(suggestion("device", known), " (did you mean 'devices'?)");
  EXPECT_EQ(suggestion("benchmark", known), "");
}

}  // namespace
}  // namespace gpucompute::bench
