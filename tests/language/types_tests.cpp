// SPDX-License-Identifier: Apache-2.0
#include <array>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>
#include <string>
#include <vector>

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"

// Every cell of (text, types) against NumPy 2, by the table of tests/oracle/make_types.py.

namespace gpucompute::language {
namespace {

constexpr std::array<std::string_view, dtype_count> marks = {"b",   "i8",  "i16", "i32", "i64", "u8",  "u16",
                                                             "u32", "u64", "f32", "f64", "c64", "c128"};

std::string typed(const std::string& text, const std::vector<binding>& names) {
  try {
    const typed_text t = compile_text(text, names);
    return std::string(marks[static_cast<std::size_t>(t.program->nodes[t.program->results.back().value].type)]);
  } catch (const expression_error&) {
    return "-";
  }
}

bool starts(const std::string& text, std::string_view with) { return text.starts_with(with); }
bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

/// Where the language says something else than NumPy on purpose: what it says, or nothing.
std::string departure(const std::string& text, const std::vector<dtype>& types, const std::string& numpy) {
  bool complex = has(text, "1.5j");
  for (const dtype type : types) {
    complex = complex || is_complex(type);
  }
  // 1. There is no float16: functions of bool and 8-bit integers give float32.
  if (numpy == "f16") {
    return text == "round(a)" ? "b" : "f32";
  }
  // 2. Complex numbers have no order.
  if (complex && (has(text, " < ") || has(text, " <= ") || starts(text, "maximum") || starts(text, "minimum") ||
                  starts(text, "fmax") || starts(text, "fmin") || starts(text, "clip") || starts(text, "min(") ||
                  starts(text, "max(") || starts(text, "argmin") || starts(text, "argmax"))) {
    return "-";
  }
  // 3. sinc follows the rule of float functions and is real only; so does the angle of bool.
  if (text == "sinc(a)") {
    const bool wide =
        types[0] == int32 || types[0] == int64 || types[0] == uint32 || types[0] == uint64 || types[0] == float64;
    return complex ? "-" : wide ? "f64" : "f32";
  }
  if (text == "angle(a)" && types[0] == bool_) {
    return "f32";
  }
  // 4. bool ** 2 is as bool ** 3: int64, not int8.
  if (text == "a ** 2" && types[0] == bool_) {
    return "i64";
  }
  return {};
}

TEST(Types, EveryCellIsNumPysOrAListedDeparture) {
  std::ifstream file(std::string(GPUCOMPUTE_TEST_DATA) + "/language/types.txt");
  int cells = 0;
  for (std::string line; std::getline(file, line);) {
    const std::size_t first = line.find(" ; ");
    const std::size_t second = line.find(" ; ", first + 3);
    ASSERT_NE(second, std::string::npos) << line;
    const std::string text = line.substr(0, first);
    const std::size_t count = (second - first - 3 + 1) / 2;
    std::istringstream results(line.substr(second + 3));
    std::size_t of_line = 1;
    for (std::size_t i = 0; i < count; ++i) {
      of_line *= dtype_count;
    }
    for (std::size_t cell = 0; cell < of_line; ++cell) {
      std::string numpy;
      ASSERT_TRUE(results >> numpy) << line;
      std::vector<binding> names;
      std::vector<dtype> types;
      std::string of;
      std::size_t rest = cell;
      for (std::size_t stride = of_line / dtype_count; names.size() < count; stride /= dtype_count) {
        types.push_back(static_cast<dtype>(rest / stride));
        rest %= stride;
        of += " " + std::string(name(types.back()));
        names.push_back({std::string(1, static_cast<char>('a' + names.size())), types.back()});
      }
      const std::string other = departure(text, types, numpy);
      EXPECT_EQ(typed(text, names), other.empty() ? numpy : other) << text << " of" << of;
      ++cells;
    }
  }
  EXPECT_GT(cells, 8000);
}

}  // namespace
}  // namespace gpucompute::language
