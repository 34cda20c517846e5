// SPDX-License-Identifier: Apache-2.0
// Compiles the generated CUDA C++ with NVRTC, launches it through the driver and compares with the reference device:
//   gpu_check [--json FILE] [--n N] [--filter TEXT] [--kernels all|primitive]
// Exit: 0 all equal, 1 some differ, 2 usage or no device or no NVRTC, 5 a call of the driver failed.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <string>

#include <gpucompute/error.hpp>

#include "tests/cuda/samples.hpp"
#include "tests/cuda/session.hpp"

namespace gpucompute::cuda {
namespace {

struct options {
  std::string json;
  std::string filter;
  std::string kernels = "all";   ///< "primitive": those without a library function
  std::int64_t n = 100'000'000;  ///< elements of the bandwidth measurement
};

constexpr std::string_view kernel_sets[] = {"all", "primitive"};

options parse(int argc, char** argv) {
  options chosen;
  for (int i = 1; i < argc; i += 2) {
    const std::string_view flag = argv[i];
    const char* value = i + 1 < argc ? argv[i + 1] : nullptr;
    if (value != nullptr && flag == "--json") {
      chosen.json = value;
    } else if (value != nullptr && flag == "--n") {
      chosen.n = std::strtoll(value, nullptr, 10);
    } else if (value != nullptr && flag == "--filter") {
      chosen.filter = value;
    } else if (value != nullptr && flag == "--kernels" && (value == kernel_sets[0] || value == kernel_sets[1])) {
      chosen.kernels = value;
    } else {
      throw invalid_argument("gpu_check: expected --json FILE, --n N, --filter TEXT or --kernels all|primitive, got " +
                             std::string(flag) + (value != nullptr ? std::string(" ") + value : ""));
    }
  }
  if (chosen.n < 1) {
    throw invalid_argument("gpu_check: expected --n of at least 1, got " + std::to_string(chosen.n));
  }
  return chosen;
}

std::string quoted(const std::string& text) {
  std::string made = "\"";
  for (const char c : text) {
    made += c == '"' || c == '\\' ? std::string("\\") + c : c == '\n' ? "\\n" : std::string(1, c);
  }
  return made + "\"";
}

struct outcome {
  const check* what = nullptr;
  double worst = 0;
  std::string difference;
};

struct bandwidth_row {
  std::string name;
  session::timing timing;
};

void write_json(const options& chosen, const session& device, const std::vector<outcome>& outcomes,
                const std::vector<bandwidth_row>& bandwidths) {
  std::ofstream file(chosen.json);
  file << "{\"schema_version\": 1,\n \"device\": {\"name\": " << quoted(device.device().name)
       << ", \"architecture\": " << quoted(device.device().architecture)
       << ", \"multiprocessors\": " << device.device().multiprocessors
       << ", \"memory_bytes\": " << device.device().memory_bytes
       << ", \"nominal_bandwidth\": " << device.device().memory_bandwidth << "},\n \"nvrtc\": \""
       << device.compiler().major() << "." << device.compiler().minor()
       << "\",\n \"kernels_compiled\": " << device.compiled() << ",\n \"compile_seconds\": " << device.compile_seconds()
       << ",\n \"bandwidth\": [";
  for (const bandwidth_row& row : bandwidths) {
    file << (&row == bandwidths.data() ? "" : ",") << "\n  {\"kernel\": " << quoted(row.name) << ", \"n\": " << chosen.n
         << ", \"median_s\": " << row.timing.median_seconds << ", \"bytes\": " << row.timing.bytes
         << ", \"bytes_per_second\": " << row.timing.bytes / row.timing.median_seconds << "}";
  }
  file << "],\n \"checks\": [";
  for (const outcome& each : outcomes) {
    file << (&each == outcomes.data() ? "" : ",") << "\n  {\"name\": " << quoted(each.what->name)
         << ", \"bound_ulp\": " << each.what->ulp
         << ", \"worst_ulp\": " << (each.worst < 1e300 ? std::to_string(each.worst) : "null")
         << ", \"passed\": " << (each.difference.empty() ? "true" : "false")
         << ", \"difference\": " << quoted(each.difference) << "}";
  }
  file << "]}\n";
  if (!file.flush()) {
    throw runtime_failure("gpu_check: expected to write " + chosen.json + ", got an error of the file system");
  }
}

int run(const options& chosen) {
  session device;
  std::printf("%s, %s, NVRTC %d.%d at %s\n", device.device().name.c_str(), device.device().architecture.c_str(),
              device.compiler().major(), device.compiler().minor(), device.compiler().path().c_str());
  std::vector<check> checks = operation_checks();
  for (auto& more : {layout_checks(), expression_checks()}) {
    checks.insert(checks.end(), more.begin(), more.end());
  }
  std::erase_if(checks, [&](const check& each) {
    return each.name.find(chosen.filter) == std::string::npos ||
           (chosen.kernels == kernel_sets[1] && calls_library(*each.launch.kernel));
  });
  if (checks.empty()) {
    throw invalid_argument("gpu_check: expected a filter that leaves checks, got " + chosen.filter);
  }
  device.compile(checks);
  std::printf("compiled %zu kernels in %.1f s\n", device.compiled(), device.compile_seconds());

  std::vector<outcome> outcomes;
  int differing = 0;
  for (const check& each : checks) {
    outcome& done = outcomes.emplace_back(outcome{.what = &each, .difference = {}});
    std::vector<operand_memory> expected;
    try {
      expected = run_on_reference(each);
    } catch (const error& problem) {
      done.difference = each.name + ": expected a result of the reference device, got " + problem.what();
    }
    if (!expected.empty()) {
      done.difference = difference(each, expected, device.run(each), done.worst);
    }
    if (!done.difference.empty()) {
      std::printf("%s\n", done.difference.c_str());
      ++differing;
    }
  }
  std::vector<bandwidth_row> bandwidths;
  for (const sample& each : {samples()[0], samples()[1]}) {
    bandwidths.push_back({each.name, device.time(each.kernel, chosen.n, 20)});
    const session::timing& timing = bandwidths.back().timing;
    std::printf("%s: n = %lld, %.3f ms, %.1f GB/s\n", each.name.c_str(), static_cast<long long>(chosen.n),
                timing.median_seconds * 1e3, timing.bytes / timing.median_seconds * 1e-9);
  }
  if (!chosen.json.empty()) {
    write_json(chosen, device, outcomes, bandwidths);
  }
  std::printf("%zu checks, %d differ\n", checks.size(), differing);
  return differing == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gpucompute::cuda

int main(int argc, char** argv) {
  try {
    return gpucompute::cuda::run(gpucompute::cuda::parse(argc, argv));
  } catch (const gpucompute::invalid_argument& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 2;
  } catch (const std::exception& problem) {
    std::fprintf(stderr, "%s\n", problem.what());
    return 5;
  }
}
