// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace gpucompute::cpu::math {

/// Inputs and exact results of one function at one type. A result is `result` plus `rest` units in the last place of
/// the exact value; float32 values are held as float64.
struct oracle_record {
  int arity;
  std::vector<double> a;
  std::vector<double> b;
  std::vector<double> result;
  std::vector<double> rest;
};

/// The record of e.g. ("sin", "f64"), or null. Throws if the committed file cannot be read.
const oracle_record* find_oracle(const std::string& name, const std::string& type);

}  // namespace gpucompute::cpu::math
