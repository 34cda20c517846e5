// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "cpu/solve/solvers.hpp"

namespace gpucompute::testing {

/// One implementation of solving::solver that must work on this machine.
struct tested_solver {
  std::string name;
  solving::solver* solver;
  std::vector<method> methods;  ///< that it has
  /// Whether pivots are inverted, as OpenBLAS does: the inverse of a subnormal one overflows, and x is NaN.
  bool inverts_pivots = false;

  bool has(method how) const { return std::find(methods.begin(), methods.end(), how) != methods.end(); }
};

inline void PrintTo(const tested_solver& one, std::ostream* out) { *out << one.name; }

inline std::vector<method> all_methods() {
  return {
#define GPUCOMPUTE_METHOD(name, words, routines) method::name,
#include <gpucompute/methods.def>
  };
}

/// A method that a solver gains is added here, and every test of tests/solve asks it of it.
inline std::vector<tested_solver> all_solvers() {
  return {{"naive", &cpu::naive_solver(), all_methods()}, {"lapack", &cpu::lapack_solver(), all_methods(), true}};
}

}  // namespace gpucompute::testing
