// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/environment.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sched.h>
#include <set>
#include <sstream>
#include <sys/utsname.h>
#include <unistd.h>
#include <utility>

#include <gpucompute/error.hpp>
#include <gpucompute/evaluate.hpp>

#include "bench/hand/hand.hpp"
#include "bench/report/json.hpp"
#include "bench/report/number.hpp"
#include "bench/suites/raw_lapack.hpp"

namespace gpucompute::bench {
namespace {

std::optional<std::string> first_line(const std::string& path) {
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line) || line.empty()) return std::nullopt;
  return line;
}

/// The text after "KEY<space>:" or "KEY=" in the first line of a file that has it.
std::optional<std::string> keyed(const std::string& path, const std::string& key) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(key)) continue;
    const std::size_t begin = line.find_first_not_of(" \t:=", key.size());
    if (begin == key.size() || begin == std::string::npos) continue;
    std::string value = line.substr(begin);
    std::erase(value, '"');
    return value;
  }
  return std::nullopt;
}

fact text_fact(std::string name, const std::optional<std::string>& value, std::string why) {
  if (value) return {std::move(name), *value};
  return {std::move(name), {}, std::move(why)};
}

fact file_fact(std::string name, const std::string& path) {
  return text_fact(std::move(name), first_line(path), path + " is not there");
}

fact count_fact(std::string name, std::int64_t count, std::string why) {
  if (count > 0) return {std::move(name), count};
  return {std::move(name), {}, std::move(why)};
}

std::int64_t memory_line(const std::string& key) {
  const auto text = keyed("/proc/meminfo", key);
  return text ? std::atoll(text->c_str()) * 1024 : 0;
}

/// Distinct values of a key over the processors of /proc/cpuinfo, joined pairwise with a second key.
std::int64_t distinct_in_cpuinfo(const std::string& first, const std::string& second) {
  std::ifstream file("/proc/cpuinfo");
  std::set<std::pair<std::string, std::string>> seen;
  std::string left;
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(first)) left = line;
    if (line.starts_with(second)) seen.emplace(left, line);
  }
  return static_cast<std::int64_t>(seen.size());
}

std::string instruction_sets() {
  const std::string flags = " " + keyed("/proc/cpuinfo", "flags").value_or("") + " ";
  std::string found;
  for (const std::string flag :
       {"sse4_2", "avx", "avx2", "fma", "avx512f", "avx512dq", "avx512bw", "avx512vl", "amx_tile"}) {
    if (flags.find(" " + flag + " ") != std::string::npos) found += (found.empty() ? "" : " ") + flag;
  }
  return found;
}

bool is_virtual() {
  return (" " + keyed("/proc/cpuinfo", "flags").value_or("") + " ").find(" hypervisor ") != std::string::npos;
}

struct cache {
  std::string name;  ///< "l1d", "l2"
  std::int64_t bytes;
};

/// Of processor 0.
std::vector<cache> caches() {
  std::vector<cache> found;
  for (int i = 0;; ++i) {
    const std::string folder = "/sys/devices/system/cpu/cpu0/cache/index" + std::to_string(i) + "/";
    const auto level = first_line(folder + "level");
    const auto size = first_line(folder + "size");
    if (!level || !size) return found;
    const std::string type = first_line(folder + "type").value_or("");
    const std::int64_t unit = size->ends_with('M') ? 1 << 20 : size->ends_with('K') ? 1 << 10 : 1;
    found.push_back({"l" + *level +
                         (type == "Data"          ? "d"
                          : type == "Instruction" ? "i"
                                                  : ""),
                     std::atoll(size->c_str()) * unit});
  }
}

std::int64_t usable_processors() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof set, &set) == 0 ? CPU_COUNT(&set) : 0;
}

fact_group processor() {
  fact_group group{"cpu", {}};
  group.facts = {text_fact("model", keyed("/proc/cpuinfo", "model name"), "/proc/cpuinfo does not say"),
                 count_fact("sockets", distinct_in_cpuinfo("physical id", "physical id"), "/proc/cpuinfo does not say"),
                 count_fact("cores", distinct_in_cpuinfo("physical id", "core id"), "/proc/cpuinfo does not say"),
                 {"threads", static_cast<std::int64_t>(sysconf(_SC_NPROCESSORS_ONLN))},
                 count_fact("usable_threads", usable_processors(), "the affinity mask cannot be read"),
                 file_fact("cgroup_cpu_max", "/sys/fs/cgroup/cpu.max"),
                 {"isa", instruction_sets()},
                 file_fact("governor", "/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
                 file_fact("turbo_disabled", "/sys/devices/system/cpu/intel_pstate/no_turbo"),
                 {"virtual_machine", is_virtual()}};
  for (const cache& one : caches()) group.facts.push_back({one.name + "_bytes", one.bytes});
  if (caches().empty()) group.facts.push_back({"l1d_bytes", {}, "/sys does not list caches"});
  return group;
}

fact_group memory() {
  return {"memory",
          {count_fact("total_bytes", memory_line("MemTotal"), "/proc/meminfo does not say"),
           count_fact("available_bytes", available_memory(), "/proc/meminfo does not say"),
           count_fact("page_bytes", sysconf(_SC_PAGESIZE), "unknown to sysconf"),
           file_fact("transparent_huge_pages", "/sys/kernel/mm/transparent_hugepage/enabled")}};
}

fact_group system_facts() {
  utsname names{};
  uname(&names);
  double load[1] = {};
  fact_group group{"os",
                   {{"kernel", std::string(names.sysname) + " " + names.release},
                    {"machine", std::string(names.machine)},
                    text_fact("distribution", keyed("/etc/os-release", "PRETTY_NAME"), "/etc/os-release does not say"),
                    file_fact("address_randomisation", "/proc/sys/kernel/randomize_va_space")}};
  if (getloadavg(load, 1) == 1) {
    group.facts.push_back({"load_average", load[0]});
  } else {
    group.facts.push_back({"load_average", {}, "getloadavg failed"});
  }
  return group;
}

fact variable(const char* name) {
  const char* value = std::getenv(name);
  return text_fact(name, value ? std::optional<std::string>(value) : std::nullopt, "not set");
}

fact_group build() {
#ifdef __OPTIMIZE__
  constexpr bool optimised = true;
#else
  constexpr bool optimised = false;
#endif
  const std::string commit = GPUBENCH_COMMIT;
  return {"build",
          {{"version", std::string(GPUBENCH_VERSION)},
           {"compiler", std::string(GPUBENCH_COMPILER)},
           {"flags", std::string(GPUBENCH_FLAGS)},
           {"hand_flags", GPUBENCH_HAND_FLAGS " -march=" + std::string(compiled_level())},
           {"build_type", std::string(GPUBENCH_BUILD_TYPE)},
           text_fact("commit", commit.empty() ? std::nullopt : std::optional(commit), "not built from a git checkout"),
           {"optimised", optimised}}};
}

fact_group openmp() {
  return {"openmp",
          {{"version", std::int64_t{_OPENMP}},
           variable("OMP_NUM_THREADS"),
           variable("OMP_PROC_BIND"),
           variable("OMP_PLACES"),
           variable("OMP_WAIT_POLICY")}};
}

/// A path is a user's own: only whether there is one.
fact path_variable(const char* name, const char* what) {
  fact path = variable(name);
  if (auto* text = std::get_if<std::string>(&path.value)) *text = text->empty() ? "empty" : what;
  return path;
}

/// What solves dense systems, as it describes itself.
fact lapack() {
  try {
    const auto found = raw_lapack::load();
    return text_fact("lapack", found ? std::optional(found->name()) : std::nullopt, "it has other names than dgetrf_");
  } catch (const error&) {  // its text may name a user's file
    const char* const file = std::getenv("GPUCOMPUTE_BLAS");
    const bool refused = file != nullptr && *file != '\0';
    return {"lapack",
            {},
            refused ? "GPUCOMPUTE_BLAS is refused; gpubench solve says why"
                    : "no library can be used; gpubench solve says why"};
  }
}

/// Those of the library's variables that change times, and what it says of one that it does not take.
fact_group library() {
  fact_group group{"library",
                   {variable("GPUCOMPUTE_NUM_THREADS"), variable("GPUCOMPUTE_TIER"), variable("GPUCOMPUTE_CPU_ISA"),
                    variable("GPUCOMPUTE_POOL_BYTES"), path_variable("GPUCOMPUTE_MODULE_PATH", "a folder"),
                    path_variable("GPUCOMPUTE_CACHE_DIR", "a folder"), path_variable("GPUCOMPUTE_BLAS", "a file")}};
  try {
    array::empty(float64, {1000});       // beyond the small blocks, which no pool is made for
    evaluate("1", {});                   // reads all others
  } catch (const device_unavailable&) {  // NOLINT(bugprone-empty-catch)
    // A tier that is not there: the value is one of those that it may have.
  } catch (const invalid_argument& refusal) {
    group.facts.push_back({"refused", std::string(refusal.what())});
  }
  group.facts.push_back(lapack());
  return group;
}

fact_group who() {
  char host[256] = {};
  std::error_code ignored;
  const bool known = gethostname(host, sizeof host - 1) == 0;
  return {"who",
          {text_fact("host", known ? std::optional<std::string>(host) : std::nullopt, "gethostname failed"),
           variable("USER"),
           {"directory", std::filesystem::current_path(ignored).string()}}};
}

std::string spelled(const fact& one) {
  if (const auto* truth = std::get_if<bool>(&one.value)) return *truth ? "yes" : "no";
  if (const auto* whole = std::get_if<std::int64_t>(&one.value)) return std::to_string(*whole);
  if (const auto* number = std::get_if<double>(&one.value)) return rounded(*number, 6);
  if (const auto* text = std::get_if<std::string>(&one.value)) return *text;
  return "unknown: " + one.why;
}

}  // namespace

std::string_view version() { return GPUBENCH_VERSION; }

std::int64_t last_level_cache() {
  std::int64_t largest = 0;
  for (const cache& one : caches()) largest = std::max(largest, one.bytes);
  return largest;
}

std::int64_t available_memory() { return memory_line("MemAvailable"); }

std::vector<fact_group> environment(bool identify) {
  std::vector<fact_group> groups{processor(), memory(), system_facts(), build(), openmp(), library()};
  if (identify) groups.push_back(who());
  return groups;
}

std::string to_text(const std::vector<fact_group>& groups) {
  std::string text;
  for (const fact_group& group : groups) {
    text += group.name + "\n";
    for (const fact& one : group.facts) {
      std::string left = "  " + one.name;
      left.resize(std::max<std::size_t>(left.size() + 2, 26), ' ');
      text += left + spelled(one) + "\n";
    }
  }
  return text;
}

void write(json_writer& json, const std::vector<fact_group>& groups) {
  json.begin_object();
  for (const fact_group& group : groups) {
    json.key(group.name);
    json.begin_object();
    for (const fact& one : group.facts) {
      json.key(one.name);
      std::visit(
          [&json](const auto& value) {
            if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::monostate>) {
              json.null();
            } else {
              json.value(value);
            }
          },
          one.value);
    }
    json.key("reasons");
    json.begin_object();
    for (const fact& one : group.facts) {
      if (std::holds_alternative<std::monostate>(one.value)) json.member(one.name, one.why);
    }
    json.end_object();
    json.end_object();
  }
  json.end_object();
}

}  // namespace gpucompute::bench
