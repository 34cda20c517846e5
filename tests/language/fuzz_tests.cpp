// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <random>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/language/compile.hpp"

namespace gpucompute::language {
namespace {

const std::vector<binding> names = {
    {"a", float64}, {"i", int8}, {"m", bool_}, {"z", complex64}, {"w", weak_scalar{2.5}}};

/// Only the caller's mistakes may come out of a text, whatever it is.
bool survives(const std::string& text) {
  try {
    const typed_text typed = compile_text(text, names);
    const std::vector<dimensions> shapes(typed.program->inputs.size(), dimensions{2, 3});
    check_shapes(typed, shapes);
    return !graph::to_text(*typed.program).empty();
  } catch (const invalid_argument&) {
    return false;
  }
}

TEST(Fuzz, RandomBytesAreMistakes) {
  std::mt19937 random(1);
  for (int round = 0; round < 3000; ++round) {
    std::string text(random() % 60, ' ');
    for (char& c : text) {
      c = static_cast<char>(random() % 256);
    }
    EXPECT_NO_FATAL_FAILURE(survives(text));
  }
}

TEST(Fuzz, RandomWordsAreTypedOrMistakes) {
  const std::vector<std::string> words = {"a",         "i",
                                          "m",         "z",
                                          "w",         "x",
                                          "1",         "2.5",
                                          "1j",        "0x7f",
                                          "True",      "None",
                                          "pi",        "nan",
                                          "(",         ")",
                                          "(",         ")",
                                          ",",         "=",
                                          "+",         "-",
                                          "*",         "/",
                                          "//",        "%",
                                          "**",        "<<",
                                          ">>",        "&",
                                          "|",         "^",
                                          "~",         "<",
                                          ">=",        "==",
                                          ".real",     ".imag",
                                          ";",         "\n",
                                          "sin(",      "where(",
                                          "sum(",      "max(",
                                          "axis=",     "keepdims=True",
                                          "float32(",  "complex(",
                                          "argmin(",   "power(",
                                          "9999999999"};
  std::mt19937 random(2);
  int typed = 0;
  for (int round = 0; round < 60000; ++round) {
    std::string text;
    const std::size_t length = 1 + random() % 9;
    for (std::size_t k = 0; k < length; ++k) {
      text += words[random() % words.size()] + (random() % 4 == 0 ? " " : "");
    }
    typed += survives(text) ? 1 : 0;
  }
  EXPECT_GT(typed, 500);
}

TEST(Fuzz, GrowthIsLinear) {
  std::string doubling = "x0 = a*2\n";
  for (int k = 1; k < 500; ++k) {
    const std::string before = "x" + std::to_string(k - 1);
    doubling += "x" + std::to_string(k) + " = " + before;
    doubling += "*" + before + "\n";
  }
  const typed_text typed = compile_text(doubling, names);
  EXPECT_LT(typed.program->nodes.size(), 600U);
  std::string powers = std::string(60, '(') + "z";
  for (int k = 0; k < 60; ++k) {
    powers += ")**99";
  }
  EXPECT_LT(compile_text(powers, names).program->nodes.size(), 2000U);
  std::string shifts = std::string(100, '(') + "1";
  for (int k = 0; k < 100; ++k) {
    shifts += "<<100)";
  }
  EXPECT_FALSE(survives(shifts));
}

}  // namespace
}  // namespace gpucompute::language
