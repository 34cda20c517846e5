// SPDX-License-Identifier: Apache-2.0
// Stands in for bench/suites/expressions.cpp: cases whose check of the result fails in each way that a run can fail, for
// the exit codes and result files of the whole program.
#include <stdexcept>

#include <gpucompute/error.hpp>

#include "bench/suites/expression_case.hpp"

namespace gpucompute::bench {
namespace {

double no_error(const case_data&, std::span<const array>) { return 0; }
double large_error(const case_data&, std::span<const array>) { return 1e6; }
double out_of_memory(const case_data&, std::span<const array>) { throw std::bad_alloc(); }
double library_failure(const case_data&, std::span<const array>) { throw runtime_failure("fault: the device is lost"); }
double defect(const case_data&, std::span<const array>) { throw internal_error("fault: an invariant is broken"); }
double tolerance(std::int64_t) { return 4; }

expression_case doubling(std::string_view id, double (*error)(const case_data&, std::span<const array>)) {
  return {.id = id,
          .text = "a + a",
          .inputs = {{"a", float64, 0, 1}},
          .sizes = {1000},
          .error = error,
          .tolerance = tolerance};
}

}  // namespace

std::span<const expression_case> expression_cases() {
  static const expression_case cases[] = {doubling("right", no_error),       doubling("wrong", large_error),
                                          doubling("memory", out_of_memory), doubling("lost", library_failure),
                                          doubling("defect", defect),        doubling("right_again", no_error)};
  return cases;
}

}  // namespace gpucompute::bench
