// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

// Cases with NumPy's answers, written by tests/oracle/casefile.py, which describes the format.

namespace gpucompute::testing {

/// One expression, its inputs and what NumPy makes of them. Movable; views point into the case's own memory.
/// Either `mistake` says which error must come (type, shape, syntax, name, any), or `expected` and one of three rules:
/// `tolerance`, `row`, or equal bits where both are empty.
struct numpy_case {
  std::string label;
  std::string text;
  std::vector<std::string> names;
  std::vector<std::vector<std::byte>> memory;  ///< one block an input
  std::vector<array_view> views;
  std::string mistake;
  array expected;
  /// One a real component: the absolute difference allowed; infinite: not compared.
  std::vector<double> tolerance;
  /// The operation whose row bounds the ULP; `expected` is the exact result rounded once.
  std::string row;
  /// Zeros and infinities of `expected` may have either sign.
  bool open_signs = false;

  std::vector<argument> arguments() const;
};

/// @throw std::runtime_error for a file that is not whole
std::vector<numpy_case> read_case_file(const std::filesystem::path& path);

/// Empty when `actual` is what the case expects (type, shape, every element); else what differs first. NaNs are equal.
std::string difference(const numpy_case& expected, const array& actual);
/// Empty when type and shape are equal.
std::string layout_difference(const array& expected, const array& actual);
/// Empty when all bits are equal, NaNs being equal to each other; else the first difference.
std::string bit_difference(const array& left, const array& right);

}  // namespace gpucompute::testing
