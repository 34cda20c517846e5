// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/free_memory.hpp"

#include <fstream>
#include <string>
#include <unistd.h>

namespace gpucompute::cpu {

std::size_t free_memory() {
  std::ifstream lines("/proc/meminfo");
  std::string name;
  std::size_t kib = 0;
  while (lines >> name >> kib) {
    if (name == "MemAvailable:") {
      return kib * 1024;
    }
    std::getline(lines, name);
  }
  const long pages = sysconf(_SC_PHYS_PAGES);
  const long page = sysconf(_SC_PAGESIZE);
  return pages > 0 && page > 0 ? static_cast<std::size_t>(pages) * static_cast<std::size_t>(page) : 0;
}

}  // namespace gpucompute::cpu
