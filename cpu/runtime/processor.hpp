// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "cpu/isa.hpp"

namespace gpucompute::cpu {

/// The widest set that this CPU supports, or the one that GPUCOMPUTE_CPU_ISA names.
/// @throw device_unavailable for a CPU below x86-64-v3 and for a set that it lacks, invalid_argument for a value
/// that is no set
isa best_isa();

/// "Intel(R) Xeon(R), AVX-512, 2 threads"
std::string processor_description();

/// Size of the cache that lies in front of memory, as far as it can be ours: at most 2 MiB a processor of level 3.
std::size_t last_level_cache_bytes();

}  // namespace gpucompute::cpu
