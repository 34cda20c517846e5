// SPDX-License-Identifier: Apache-2.0
#include "bench/measure/processor_clock.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <string>
#include <sys/resource.h>
#include <unistd.h>

namespace gpucompute::bench {
namespace {

std::optional<processor_times> now() {
  std::ifstream file("/proc/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  return parse_processor_times(line, static_cast<double>(sysconf(_SC_CLK_TCK)));
}

double own_seconds() {
  struct rusage usage {};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

}  // namespace

std::optional<processor_times> parse_processor_times(std::string_view text, double ticks_a_second) {
  // user nice system idle iowait irq softirq steal; what follows is counted in user already
  constexpr std::size_t idle = 3, iowait = 4;
  std::array<double, 8> ticks{};
  if (!text.starts_with("cpu ")) return std::nullopt;
  text.remove_prefix(4);
  for (double& one : ticks) {
    text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), one);
    if (error != std::errc{}) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  }
  processor_times times;
  for (std::size_t i = 0; i < ticks.size(); ++i) {
    times.all += ticks[i] / ticks_a_second;
    times.busy += i == idle || i == iowait ? 0 : ticks[i] / ticks_a_second;
  }
  return times;
}

processor_clock::processor_clock() : begin_(now()), own_(own_seconds()) {}

std::optional<double> processor_clock::share_of_others() const {
  const std::optional<processor_times> end = now();
  if (!begin_ || !end || end->all <= begin_->all) return std::nullopt;
  const double others = end->busy - begin_->busy - (own_seconds() - own_);
  return std::clamp(others / (end->all - begin_->all), 0.0, 1.0);
}

}  // namespace gpucompute::bench
