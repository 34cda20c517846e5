// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace gpucompute::bench {

class json_writer;

/// One way that a solve tried.
struct attempt_facts {
  std::string method, factors;
  bool equilibrated;
  std::int64_t refinements;
  double backward_error;  ///< NaN where it gave no x
  std::string outcome;    ///< why it was not the last one; empty for the one that gave x
};

/// What a row says of a solved system beyond its time. What is unknown is empty, and `reasons` may say why, by the name of
/// the field in result files; what is known has no reason.
struct solve_facts {
  std::int64_t rows = 0, columns = 0;
  std::int64_t systems = 1, right_hand_sides = 1;  ///< of a stack: of all systems together
  /// n^3/3: a multiplication and its addition count once; `flops` of the row is 2n^3/3
  std::optional<double> lecture_flops = {};
  std::optional<double> lecture_seconds = {};  ///< for these at 100 MFlop/s, as the lecture has it
  std::string method = {}, factors = {}, structure = {}, verdict = {};
  std::optional<std::int64_t> rank = {};
  std::optional<double> backward_error = {}, bar = {};  ///< the largest of all
  std::optional<std::vector<double>> backward_errors = {};
  std::optional<std::vector<std::int64_t>> doubtful = {};  ///< systems of a stack that are not good
  std::optional<std::vector<attempt_facts>> attempts = {};
  std::optional<double> hpl_residual = {};  ///< the backward error over n 2^-53
  std::optional<double> rcond = {};
  std::optional<double> condition_bound = {};   ///< the condition is at least this
  std::optional<double> forward_error = {};     ///< max norm of x - 1, where b was A times ones
  std::optional<double> gemm_flops_per_s = {};  ///< of a product of matrices on as many threads, in this run
  std::optional<double> seconds = {};           ///< of `gpubench solve`, which times one call
  std::string report = {};                      ///< in words
  std::map<std::string, std::string> reasons = {};
};

/// For a system of one right-hand side and order n.
solve_facts facts_of_order(std::int64_t n);

/// For (m, n), whose cost the lecture does not count.
solve_facts facts_of_least_squares(std::int64_t m, std::int64_t n);

/// The member "solve" of a row: all fields, null where unknown, and why.
void write(json_writer& json, const solve_facts& facts);

/// Operations of one solve as LAPACK counts them, 2n^3/3 of them for the factors, and as the lecture does, which counts a
/// multiplication with its addition once: n^3/3.
double lapack_flops(std::int64_t n);
double lecture_flops(std::int64_t n);
/// What the lecture says these take, at 100 MFlop/s.
double lecture_seconds(std::int64_t n);

}  // namespace gpucompute::bench
