// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "kernels/graph/graph.hpp"
#include "kernels/lower/launch.hpp"

namespace gpucompute::evaluation {

/// One launch: schedule, extents, where each operand lies, the kernel's text.
std::string to_text(const lower::launch& which, const graph::program& program);

}  // namespace gpucompute::evaluation
