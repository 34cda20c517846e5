// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "cpu/solve/solvers.hpp"

namespace gpucompute::testing {

/// One implementation of solving::solver that must work on this machine.
struct tested_solver {
  std::string name;
  solving::solver* solver;
};

inline void PrintTo(const tested_solver& one, std::ostream* out) { *out << one.name; }

inline std::vector<tested_solver> all_solvers() { return {{"naive", &cpu::naive_solver()}}; }

}  // namespace gpucompute::testing
