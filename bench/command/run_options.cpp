// SPDX-License-Identifier: Apache-2.0
#include "bench/command/run_options.hpp"

#include <algorithm>
#include <cstdio>

#include <gpucompute/error.hpp>

#include "bench/command/filter.hpp"
#include "bench/command/list.hpp"
#include "bench/process/threads.hpp"

namespace gpucompute::bench {
namespace {

const device_info& find_device(const std::vector<device_info>& known, const std::string& name) {
  const std::string wanted = device(name).name() == "auto" ? "cpu" : name;
  for (const device_info& one : known) {
    if (one.name != wanted && one.name != wanted + ":0") continue;
    if (!one.available) throw device_unavailable(one.name + ": " + one.missing);
    return one;
  }
  throw device_unavailable("--device: there is no device '" + name + "'; gpubench devices lists them");
}

std::vector<device_info> parse_devices(const std::string& list) {
  const std::vector<device_info> known = devices();
  std::vector<device_info> chosen;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    if (name == "all") {
      std::ranges::copy_if(known, std::back_inserter(chosen), &device_info::available);
    } else {
      chosen.push_back(find_device(known, name));
    }
    begin = end + 1;
  }
  return chosen;
}

}  // namespace

run_request parse_run_request(const parsed_command& line) {
  run_request request;
  if (const auto list = line.value("--n")) request.sizes = parse_list(*list, "--n");
  request.devices = parse_devices(line.value("--device").value_or("cpu"));
  if (const auto list = line.value("--threads")) {
    request.threads = parse_thread_list(*list);
  } else {
    request.threads = {1};
    int most = 1;
    for (const device_info& one : request.devices) most = std::max(most, one.threads);
    if (most > 1) request.threads.push_back(most);
  }
  const int most = std::ranges::max(request.threads);
  if (const int there = threads_to_be_had(most); there < most) {
    throw bad_input("--threads: expected threads that this process may start, got " + std::to_string(most) + " where " +
                    std::to_string(there) + " could be started");
  }
  if (const auto text = line.value("--filter")) request.filter = parse_filter(*text);
  if (const auto text = line.value("--target-ci")) request.sampling.target_ci = parse_percentage(*text, "--target-ci");
  if (const auto text = line.value("--max-time")) request.sampling.max_time = parse_seconds(*text, "--max-time");
  return request;
}

exit_code verdict(std::span<const result_row> rows) {
  const auto wrong = std::ranges::count_if(
      rows, [](const result_row& row) { return !row.verified && !row.skipped && !row.extrapolated; });
  if (wrong == 0) return exit_code::fine;
  exit_code code = exit_code::no_answer;
  for (const result_row& row : rows) code = worse(code, row.failed);
  std::fprintf(stderr, "gpubench: %td of %zu results failed or did not verify\n", wrong, rows.size());
  return code;
}

}  // namespace gpucompute::bench
