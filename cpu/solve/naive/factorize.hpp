// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "kernels/solve/solver.hpp"

namespace gpucompute::cpu::naive {

std::shared_ptr<const solving::factors> factorize(const solving::factor_request& request);

}  // namespace gpucompute::cpu::naive
