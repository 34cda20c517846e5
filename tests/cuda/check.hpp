// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "kernels/lower/launch.hpp"

namespace gpucompute::cuda {

/// Memory of one operand: `bytes` as they are before the launch, whose base is 256-byte aligned wherever it is placed.
struct operand_memory {
  std::vector<std::byte> bytes;
  std::size_t first = 0;  ///< offset of the operand's first element
};

/// One launch with its data, to be run twice and compared.
struct check {
  std::string name;
  lower::launch launch;
  std::vector<operand_memory> memory;  ///< one an operand
  double ulp = 0;                      ///< most units in the last place of each component; 0: equal bits (NaN is NaN)
};

/// Whether a LIBRARY row of ops.def is among the kernel's operations.
bool calls_library(const lower::kernel& kernel);

/// Units that the reference and the GPU may lie apart in an operation on `compute`: what its row allows to each of them
/// together; 0 where both are exact.
double bound_between(graph::op operation, dtype compute);

/// Memory that holds a launch's operand exactly, filled with a pattern. `shift`: bytes by which the first element is
/// off the base.
operand_memory memory_for(const dimensions& kept, const dimensions& strides, std::size_t element_bytes,
                          std::size_t shift = 0);

/// Every PRIMITIVE and LIBRARY row of ops.def for every real dtype on edge values and random ones, every cast.
std::vector<check> operation_checks();
/// Layouts: strides, broadcasts, ranks, alignments, sizes around the ends of vectors and blocks; the sample kernels.
std::vector<check> layout_checks();

/// Every expression of expressions.def for every dtype of its line, through the language and the lowering.
std::vector<check> expression_checks();

/// What differs between two runs of a check, in words; empty when nothing does. Memory between the elements counts.
/// worst: raised to the largest number of units in the last place seen.
std::string difference(const check& what, const std::vector<operand_memory>& expected,
                       const std::vector<operand_memory>& actual, double& worst);

/// The same check run by the reference device.
std::vector<operand_memory> run_on_reference(const check& what);

}  // namespace gpucompute::cuda
