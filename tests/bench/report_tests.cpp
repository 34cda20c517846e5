// SPDX-License-Identifier: Apache-2.0
#include <complex>
#include <gtest/gtest.h>
#include <limits>
#include <numeric>
#include <vector>

#include "bench/report/json.hpp"
#include "bench/report/number.hpp"
#include "bench/report/result.hpp"
#include "bench/report/table.hpp"

namespace gpucompute::bench {
namespace {

TEST(Number, IsSpelledAsPythonDoes) {
  const std::pair<double, const char*> expected[] = {{0.0, "0.0"},
                                                     {-0.0, "-0.0"},
                                                     {1.0, "1.0"},
                                                     {100000.0, "100000.0"},
                                                     {0.1, "0.1"},
                                                     {1e15, "1000000000000000.0"},
                                                     {1e16, "1e+16"},
                                                     {1.5e-5, "1.5e-05"},
                                                     {0.0001, "0.0001"},
                                                     {1e300, "1e+300"},
                                                     {5e-324, "5e-324"},
                                                     {-2.5, "-2.5"},
                                                     {1.0 / 3, "0.3333333333333333"},
                                                     {123456.789, "123456.789"}};
  for (const auto& [value, text] : expected) EXPECT_EQ(shortest(value), text);
  EXPECT_EQ(shortest(0.1F), "0.1");
  EXPECT_EQ(shortest(std::numeric_limits<double>::quiet_NaN()), "nan");
  EXPECT_EQ(shortest(-std::numeric_limits<double>::infinity()), "-inf");
}

TEST(Number, AScalarIsOneNumberWithAllDigits) {
  const double third = 1.0 / 3;
  EXPECT_EQ(format_array(array_view(&third, dimensions{})), "0.3333333333333333\n");
  const std::complex<double> z{1, -2.5};
  EXPECT_EQ(format_array(array_view(&z, dimensions{})), "(1-2.5j)\n");
  const bool truth = true;
  EXPECT_EQ(format_array(array_view(&truth, dimensions{})), "True\n");
  const std::uint64_t large = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(format_array(array_view(&large, dimensions{})), "18446744073709551615\n");
}

TEST(Number, ArraysStandInNestedBrackets) {
  const std::vector<std::int32_t> values{1, 2, -30, 4, 5, 6};
  EXPECT_EQ(format_array(array_view(values.data(), {2, 3})), "[[  1   2 -30]\n [  4   5   6]]\nint32 (2, 3)\n");
  EXPECT_EQ(format_array(array_view(values.data(), {0})), "[]\nint32 (0,)\n");
  const double third = 1.0 / 3;
  const std::vector<double> long_numbers = {123456789, 12345678, 4503599627370497};
  EXPECT_EQ(format_array(array_view(long_numbers)), "[1.2345679e+08    12345678.0 4.5035996e+15]\nfloat64 (3,)\n");
  EXPECT_EQ(format_array(array_view(&third, {1})), "[0.33333333]\nfloat64 (1,)\n");
}

TEST(Number, LongArraysAreSummarised) {
  std::vector<std::int64_t> values(2000);
  std::iota(values.begin(), values.end(), 0);
  EXPECT_EQ(format_array(array_view(values)), "[   0    1    2 ... 1997 1998 1999]\nint64 (2000,)\n");
}

TEST(Json, EscapesTextAndLeavesNonFiniteNumbersOut) {
  json_writer json;
  json.begin_object();
  json.member("text", "a\"b\\c\n\x01 \xc3\xa9 \xff");
  json.member("numbers", std::vector<double>{1, 0.1, std::numeric_limits<double>::infinity()});
  json.member("whole", std::int64_t{1} << 62);
  json.key("none");
  json.begin_array();
  json.end_array();
  json.end_object();
  EXPECT_EQ(json.text(),
            "{\n  \"text\": \"a\\\"b\\\\c\\n\\u0001 \xc3\xa9 \\ufffd\",\n  \"numbers\": [1, 0.1, null],\n"
            "  \"whole\": 4611686018427387904,\n  \"none\": []\n}\n");
}

TEST(Seconds, AreShownInTheUnitThatSuits) {
  const std::pair<double, const char*> expected[] = {
      {1.5e-9, "1.5 ns"},     {3.3333e-6, "3.333 us"}, {3.3333e-3, "3.333 ms"},       {1, "1 s"},
      {119, "119 s"},         {120, "2 min"},          {3'333, "55.55 min"},          {7'200, "2 h"},
      {86'400, "24 h"},       {172'800, "2 days"},     {3.3333e6, "38.58 days"},      {1e7, "3.803 months"},
      {6.4e7, "2.028 years"}, {3e9, "95.06 years"},    {3.3333e9, "1.056 centuries"}, {1e13, "3169 centuries"}};
  for (const auto& [seconds, text] : expected) EXPECT_EQ(format_seconds(seconds), text);
}

TEST(Disturbance, ABusyMachineIsSaid) {
  EXPECT_EQ(disturbance({}, 0.04), "");
  EXPECT_EQ(disturbance({}, std::nullopt), "");
  EXPECT_NE(disturbance({}, 0.23).find("took 23% of the processors"), std::string::npos);
}

TEST(Disturbance, RowsWhoseSamplesScatterAreCounted) {
  const auto row = [](double low, double high) { return result_row{.median = 1.0, .low = low, .high = high}; };
  const std::vector<result_row> rows = {row(0.98, 1.02), row(0.9, 1.2), {}};
  EXPECT_NE(disturbance(rows, 0.0).find("samples of 1 of 3 rows scatter"), std::string::npos);
  EXPECT_EQ(disturbance(std::span(rows).first(1), 0.0), "");
}

TEST(Table, RendersTheSameCellsThreeWays) {
  const text_table table{{{"name"}, {"ms", true}}, {{"a|b", "1.5"}, {"c,\"d\"", "10"}}};
  EXPECT_EQ(to_text(table), "name    ms\na|b    1.5\nc,\"d\"   10\n");
  EXPECT_EQ(to_markdown(table), "| name | ms |\n|---|---:|\n| a\\|b | 1.5 |\n| c,\"d\" | 10 |\n");
  EXPECT_EQ(to_csv(table), "name,ms\na|b,1.5\n\"c,\"\"d\"\"\",10\n");
}

}  // namespace
}  // namespace gpucompute::bench
