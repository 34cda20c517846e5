// SPDX-License-Identifier: Apache-2.0
#include "bench/command/list.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::size_t most_items = 10'000;
constexpr std::int64_t largest = std::int64_t{1} << 53;  // what a double still counts exactly

[[noreturn]] void refuse(std::string_view what, std::string_view item, const std::string& expected) {
  throw bad_input(std::string(what) + ": expected " + expected + ", got '" + std::string(item) + "'");
}

template <typename T>
std::optional<T> number(std::string_view text) {
  T value{};
  const auto [end, status] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (status != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::optional<std::int64_t> whole(double value) {
  if (!(value >= 1) || value > static_cast<double>(largest) || value != std::floor(value)) return std::nullopt;
  return static_cast<std::int64_t>(value);
}

std::optional<std::int64_t> count(std::string_view text) {
  if (text.empty() || text[0] < '0' || text[0] > '9') return std::nullopt;
  if (const std::size_t caret = text.find('^'); caret != std::string_view::npos) {
    const auto base = number<std::int64_t>(text.substr(0, caret));
    const auto exponent = number<int>(text.substr(caret + 1));
    if (!base || !exponent || *exponent < 0) return std::nullopt;
    return whole(std::pow(static_cast<double>(*base), *exponent));
  }
  const auto value = number<double>(text);
  return value ? whole(*value) : std::nullopt;
}

void append_range(std::string_view item, std::string_view what, std::vector<std::int64_t>& values) {
  const std::string expected = "a range LO:HI:xK or LO:HI:+K";
  const std::size_t first = item.find(':');
  const std::size_t second = item.find(':', first + 1);
  if (second == std::string_view::npos || second + 2 >= item.size()) refuse(what, item, expected);
  const auto low = count(item.substr(0, first));
  const auto high = count(item.substr(first + 1, second - first - 1));
  const char kind = item[second + 1];
  const std::string_view step = item.substr(second + 2);
  if (!low || !high || *low > *high) refuse(what, item, expected + " with 1 <= LO <= HI");
  if (kind == 'x') {
    const auto factor = number<double>(step);
    if (!factor || !(*factor > 1) || !std::isfinite(*factor)) refuse(what, item, expected + " with K > 1");
    // The tolerance keeps the last value where rounding of the powers falls just beyond HI.
    for (double value = static_cast<double>(*low); value <= static_cast<double>(*high) * (1 + 1e-12);
         value *= *factor) {
      if (values.size() > most_items) refuse(what, item, "at most " + std::to_string(most_items) + " values");
      values.push_back(std::llround(value));
    }
  } else if (kind == '+') {
    const auto stride = count(step);
    if (!stride) refuse(what, item, expected + " with a whole K >= 1");
    for (std::int64_t value = *low; value <= *high; value += *stride) {
      if (values.size() > most_items) refuse(what, item, "at most " + std::to_string(most_items) + " values");
      values.push_back(value);
    }
  } else {
    refuse(what, item, expected);
  }
}

int checked_threads(std::int64_t value) {
  if (value > most_threads) refuse("--threads", std::to_string(value), "at most " + std::to_string(most_threads));
  return static_cast<int>(value);
}

}  // namespace

std::int64_t parse_count(std::string_view text, std::string_view what) {
  const auto value = count(text);
  if (!value) refuse(what, text, "a positive whole number such as 1000, 1e3 or 2^10");
  return *value;
}

std::vector<std::int64_t> parse_list(std::string_view text, std::string_view what) {
  std::vector<std::int64_t> values;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const std::string_view item = text.substr(begin, end - begin);
    if (item.find(':') != std::string_view::npos) {
      append_range(item, what, values);
    } else {
      values.push_back(parse_count(item, what));
    }
    begin = end + 1;
  }
  std::vector<std::int64_t> distinct;
  for (const std::int64_t value : values) {
    if (std::ranges::find(distinct, value) == distinct.end()) distinct.push_back(value);
  }
  return distinct;
}

int parse_threads(std::string_view text) { return checked_threads(parse_count(text, "--threads")); }

std::vector<int> parse_thread_list(std::string_view text) {
  std::vector<int> threads;
  for (const std::int64_t value : parse_list(text, "--threads")) threads.push_back(checked_threads(value));
  return threads;
}

double parse_seconds(std::string_view text, std::string_view what) {
  const auto value = number<double>(text);
  if (!value || !(*value > 0) || !std::isfinite(*value)) refuse(what, text, "a positive number of seconds");
  return *value;
}

double parse_share(std::string_view text, std::string_view what) {
  const auto value = number<double>(text);
  if (!value || !(*value >= 0) || !(*value < 1)) refuse(what, text, "a number from 0 to below 1");
  return *value;
}

double parse_percentage(std::string_view text, std::string_view what) {
  const bool marked = text.ends_with('%');
  const auto value = number<double>(marked ? text.substr(0, text.size() - 1) : text);
  if (!marked || !value || !(*value > 0) || !(*value < 100)) refuse(what, text, "a percentage such as 1%");
  return *value / 100;
}

}  // namespace gpucompute::bench
