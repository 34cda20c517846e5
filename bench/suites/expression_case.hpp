// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <gpucompute/gpucompute.hpp>

#include "bench/hand/hand.hpp"

namespace gpucompute::bench {

/// How n elements are laid out.
enum class layout {
  vector,     ///< (n,)
  strided,    ///< (n,), every second element of a longer array
  rows_1024,  ///< (n/1024, 1024)
  rows_10,    ///< (n/10, 10)
  ten_rows,   ///< (10, n/10)
  column,     ///< (sqrt(n), 1)
  row,        ///< (sqrt(n),)
};

/// Uniform random values in [low, high), the same in every run.
struct input_spec {
  std::string_view name;
  dtype type;
  double low, high;
  bench::layout layout = layout::vector;
};

/// The inputs of a case at a size. Not copyable: `arguments` point into `arrays`.
struct case_data {
  std::vector<array> arrays;
  std::vector<argument> arguments;
  std::int64_t n;  ///< as used: rounded down to whole rows
};

/// One E-row, or one expression of it.
struct expression_case {
  std::string_view id;
  std::string_view text;
  std::vector<input_spec> inputs;
  /// Named results; empty: the last statement's.
  std::vector<std::string> outputs = {};
  /// The same computation an array at a time: statements with one operation each, separated by ';'. Names that are
  /// assigned twice reuse their memory, as NumPy's temporaries do. Empty: no such variant.
  std::string_view naive = {};
  double flops = 0;  ///< operations an element as written; a function counts as one
  std::vector<std::int64_t> sizes = {};
  hand_loop hand_loops::*hand = nullptr;
  /// The largest error of the results, in units of the last place against long double; infinite for a wrong shape.
  double (*error)(const case_data& data, std::span<const array> results) = nullptr;
  /// Largest error that still verifies, precise arithmetic.
  double (*tolerance)(std::int64_t n) = nullptr;
};

/// E1 to E10 and E13 of the common set; E11 is in latency.hpp.
std::span<const expression_case> expression_cases();

/// n rounded down to whole rows of the case's layouts.
std::int64_t rounded_to_rows(const expression_case& one, std::int64_t n);

/// @throw bad_input when n is less than a row
case_data make_data(const expression_case& one, std::int64_t n);

/// "float64", or "int32+float64" where the inputs differ.
std::string dtype_of_inputs(const expression_case& one);

}  // namespace gpucompute::bench
