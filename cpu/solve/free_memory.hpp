// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

namespace gpucompute::cpu {

/// Bytes that the process can still get without swapping: the least of what the system has (MemAvailable of /proc/meminfo,
/// or all physical memory where there is no such line), of what the limits of the process leave (RLIMIT_AS, RLIMIT_DATA) and
/// of what the limits of its control groups leave.
std::size_t free_memory();

/// What the limits of the process leave; the greatest number without one.
std::size_t free_in_process();

/// What its control groups leave, the greatest number where nothing limits. groups: a file like /proc/self/cgroup; mount: where the
/// hierarchies are mounted. Pages of files that the system can drop are not in use.
std::size_t free_in_control_groups(const std::string& groups, const std::string& mount);

}  // namespace gpucompute::cpu
