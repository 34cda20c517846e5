// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/environment.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <string>

#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"

namespace gpucompute::device_layer {
namespace {

[[noreturn]] void refuse(std::string_view name, std::string_view value) {
  const auto known = std::find_if(std::begin(environment), std::end(environment),
                                  [name](const environment_variable& each) { return each.name == name; });
  const std::string_view wanted = known == std::end(environment) ? "another value" : known->values;
  throw invalid_argument(
      expectation("environment", std::string(name) + " as " + std::string(wanted), "'" + std::string(value) + "'"));
}

}  // namespace

const char* setting(const char* name) { return secure_getenv(name); }

const char* path_setting(const char* name) {
  const char* const value = setting(name);
  return value == nullptr || *value == '\0' ? nullptr : value;
}

std::optional<std::uint64_t> number_setting(const char* name, std::uint64_t least, std::uint64_t most) {
  const char* const found = setting(name);
  const std::string_view text = found == nullptr ? "" : found;
  if (text.empty()) {
    return std::nullopt;
  }
  std::uint64_t number = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || end != text.data() + text.size() || number < least || number > most) {
    refuse(name, text);
  }
  return number;
}

std::optional<std::size_t> word_setting(const char* name, std::span<const std::string_view> words) {
  const char* const found = setting(name);
  const std::string_view text = found == nullptr ? "" : found;
  if (text.empty()) {
    return std::nullopt;
  }
  const auto known = std::find(words.begin(), words.end(), text);
  if (known == words.end()) {
    refuse(name, text);
  }
  return static_cast<std::size_t>(known - words.begin());
}

}  // namespace gpucompute::device_layer
