// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "cpu/isa.hpp"

namespace gpucompute::cpu::passes {

/// What best_isa() said when it was first asked here: asking the processor takes a virtual machine tens of microseconds.
isa instructions();
/// From now on another set; none: what best_isa() says. For tests, while no solve runs.
void use_instructions(std::optional<isa> set);

}  // namespace gpucompute::cpu::passes
