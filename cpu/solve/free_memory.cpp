// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/free_memory.hpp"

#include <algorithm>
#include <fstream>
#include <limits>
#include <sys/resource.h>
#include <unistd.h>

namespace gpucompute::cpu {
namespace {

constexpr std::size_t unlimited = std::numeric_limits<std::size_t>::max();

std::size_t left_of(std::size_t limit, std::size_t used) { return limit - std::min(limit, used); }

/// The number behind a name in a file of such lines; `otherwise` where it cannot be had.
std::size_t number_behind(const std::string& file, const std::string& name, std::size_t otherwise) {
  std::ifstream lines(file);
  std::string word;
  std::size_t number = 0;
  while (lines >> word >> number) {
    if (word == name) {
      return number;
    }
    std::getline(lines, word);
  }
  return otherwise;
}

/// The number in a file; `otherwise` where it cannot be had or is a word such as "max".
std::size_t number_in(const std::string& file, std::size_t otherwise) {
  std::ifstream text(file);
  std::size_t number = 0;
  return text >> number ? number : otherwise;
}

std::size_t page_size() {
  const long size = sysconf(_SC_PAGESIZE);
  return size > 0 ? static_cast<std::size_t>(size) : 4096;
}

std::size_t free_in_system() {
  const std::size_t kib = number_behind("/proc/meminfo", "MemAvailable:", 0);
  if (kib != 0) {
    return kib * 1024;
  }
  const long pages = sysconf(_SC_PHYS_PAGES);
  return pages > 0 ? static_cast<std::size_t>(pages) * page_size() : 0;
}

/// Names of version 1 and 2.
struct controller {
  const char *folder, *limit, *used, *droppable;
};
constexpr controller first = {"/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"};
constexpr controller second = {"", "memory.max", "memory.current", "inactive_file"};

/// Of a group and all above it. A container may see its group as the root though the path says more, so that a folder that
/// is not there is passed over.
std::size_t free_in_groups(const controller& names, const std::string& mount, std::string path) {
  std::size_t left = unlimited;
  for (bool at_root = false; !at_root;) {
    at_root = path.empty() || path == "/";
    const std::string folder = mount + names.folder + (at_root ? "" : path) + "/";
    const std::size_t limit = number_in(folder + names.limit, unlimited);
    const std::size_t used = number_in(folder + names.used, 0);
    const std::size_t droppable = number_behind(folder + "memory.stat", names.droppable, 0);
    left = std::min(left, limit == unlimited ? unlimited : left_of(limit, left_of(used, droppable)));
    const std::size_t parent = path.rfind('/');
    path.resize(parent == std::string::npos ? 0 : parent);
  }
  return left;
}

}  // namespace

std::size_t free_in_process() {
  std::size_t total = 0, resident = 0, shared = 0, text = 0, library = 0, data = 0;
  std::ifstream("/proc/self/statm") >> total >> resident >> shared >> text >> library >> data;
  std::size_t left = unlimited;
  const auto limit_by = [&](auto resource, std::size_t used_pages) {
    rlimit limit = {};
    if (getrlimit(resource, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY) {
      left = std::min(left, left_of(limit.rlim_cur, used_pages * page_size()));
    }
  };
  limit_by(RLIMIT_AS, total);
  limit_by(RLIMIT_DATA, data);
  return left;
}

std::size_t free_in_control_groups(const std::string& groups, const std::string& mount) {
  std::ifstream lines(groups);
  std::size_t left = unlimited;
  std::string number, controllers, path;
  while (std::getline(lines, number, ':') && std::getline(lines, controllers, ':') && std::getline(lines, path)) {
    if (controllers.empty()) {
      left = std::min(left, free_in_groups(second, mount, path));
    } else if (("," + controllers + ",").find(",memory,") != std::string::npos) {
      left = std::min(left, free_in_groups(first, mount, path));
    }
  }
  return left;
}

std::size_t free_memory() {
  return std::min({free_in_system(), free_in_process(), free_in_control_groups("/proc/self/cgroup", "/sys/fs/cgroup")});
}

}  // namespace gpucompute::cpu
