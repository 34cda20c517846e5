// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>
#include <sstream>

#include "tests/lower/lowering.hpp"

// The kernels of some expressions as text, in tests/data/kernels. GPUCOMPUTE_REWRITE_GOLDEN=1 writes them anew.

namespace gpucompute::lower {
namespace {

struct golden {
  std::string name;
  std::string text;
  std::vector<planned_input> inputs;
};

void PrintTo(const golden& each, std::ostream* out) { *out << each.text; }

std::vector<golden> all() {
  const planned_input a{"a", float64, {100}};
  const planned_input b{"b", float64, {100}};
  const planned_input m{"m", float64, {30, 40}};
  const planned_input f{"f", float32, {100}};
  const planned_input z{"z", complex128, {100}};
  const planned_input w{"w", complex64, {100}};
  const planned_input i{"i", int32, {100}};
  const planned_input u{"u", uint8, {100}};
  const planned_input t{"t", bool_, {100}};
  const planned_input s{"s", float64, {}};
  return {
      {"polynomial", "a**2 + b**2 + 2*a*b", {a, b}},
      {"horner", "((0.25*a + 0.75)*a - 1.5)*a - 2", {a}},
      {"where", "where(a > b, a*b, a/b)", {a, b}},
      {"library", "sin(a)**2 + cos(b)**2", {a, b}},
      {"common_subexpression", "exp(a) + exp(a)*exp(a)", {a}},
      {"scalar", "a*s + s", {a, s}},
      {"float32_weak_literal", "f*2.5 + 1", {f}},
      {"mixed_types", "i + f*u", {i, f, u}},
      {"integer_division", "i//7 + i%u", {i, u}},
      {"bool", "(a > 1) & ~t | (i == u)", {a, t, i, u}},
      {"complex_multiply", "z*w + 1j", {z, w}},
      {"complex_parts", "z.real*2 - z.imag", {z}},
      {"broadcast_row", "m*row", {m, {"row", float64, {40}}}},
      {"broadcast_outer", "col + row", {{"col", float64, {30, 1}}, {"row", float64, {40}}}},
      {"strided", "a + b", {{"a", float64, {100}, {-16}}, {"b", float64, {100}, {80}}}},
      {"unaligned", "a + f", {{"a", float64, {100}, {9}, false}, {"f", float32, {100}, {4}, false}}},
      {"sum", "sum(a*b)", {a, b}},
      {"sum_float32", "sum(f)", {f}},
      {"sum_columns", "sum(m, axis=0)", {m}},
      {"mean_and_var", "mean(m, axis=1) + var(m, axis=1)", {m}},
      {"normalise", "(a - mean(a))/std(a)", {a}},
      {"argmax", "argmax(f)", {f}},
      {"complex_sum", "sum(z)", {z}},
      {"sum_of_nothing", "sum(e, axis=0)", {{"e", float64, {0, 5}}}},
  };
}

std::string text_of(const plan& made) {
  std::string text;
  for (const launch& each : made.launches) {
    text += "launch over " + to_string(each.kept);
    text += each.kernel->reducers.empty() ? "\n" : " from " + to_string(each.reduced) + "\n";
    text += to_text(*each.kernel);
  }
  return text;
}

class Golden : public ::testing::TestWithParam<golden> {};

TEST_P(Golden, KernelsAreAsWritten) {
  const std::string path = std::string(GPUCOMPUTE_TEST_DATA) + "/kernels/" + GetParam().name + ".txt";
  const std::string made = "# " + GetParam().text + "\n" + text_of(planned(GetParam().text, GetParam().inputs));
  if (std::getenv("GPUCOMPUTE_REWRITE_GOLDEN") != nullptr) {
    std::ofstream(path) << made;
  }
  std::ostringstream known;
  known << std::ifstream(path).rdbuf();
  EXPECT_EQ(known.str(), made);
}

INSTANTIATE_TEST_SUITE_P(Kernels, Golden, ::testing::ValuesIn(all()), [](const auto& each) { return each.param.name; });

}  // namespace
}  // namespace gpucompute::lower
