// SPDX-License-Identifier: Apache-2.0
#include "kernels/device/cache_file.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>

namespace gpucompute::device_layer {
namespace {

constexpr std::string_view magic = "gpucompute kernel, format 1\n";

std::string with_size(std::string_view text) {
  const std::uint64_t size = text.size();
  std::string out(sizeof size, '\0');
  std::memcpy(out.data(), &size, sizeof size);
  return out.append(text);
}

std::optional<std::string_view> take_sized(std::string_view& from) {
  std::uint64_t size = 0;
  if (from.size() < sizeof size) {
    return std::nullopt;
  }
  std::memcpy(&size, from.data(), sizeof size);
  from.remove_prefix(sizeof size);
  if (size > from.size()) {
    return std::nullopt;
  }
  const std::string_view taken = from.substr(0, size);
  from.remove_prefix(size);
  return taken;
}

}  // namespace

// Every step can be undone, so that two texts that differ in one word never meet; the last ones spread its bits.
std::string hash_of(std::string_view text) {
  __extension__ using wide = unsigned __int128;
  constexpr wide odd = static_cast<wide>(0x9e3779b97f4a7c15ULL) << 64U | 0xf39cc0605cedc835ULL;
  wide hash = text.size();
  const auto step = [&hash](std::uint64_t word) {
    hash = (hash ^ word) * odd;
    hash ^= hash >> 67U;
  };
  for (; !text.empty(); text.remove_prefix(std::min<std::size_t>(8, text.size()))) {
    std::uint64_t word = 0;
    std::memcpy(&word, text.data(), std::min<std::size_t>(8, text.size()));
    step(word);
  }
  for (const std::uint64_t last : {1U, 2U, 3U}) {
    step(last);
  }
  std::string digits(32, '0');
  for (std::size_t i = 0; i < digits.size(); ++i) {
    digits[i] = "0123456789abcdef"[static_cast<unsigned>(hash >> (124 - 4 * i)) & 15U];
  }
  return digits;
}

std::string wrapped(std::string_view key, std::string_view content) {
  const std::string rest = with_size(key) + with_size(content);
  return std::string(magic) + hash_of(rest) + rest;
}

std::optional<cache_file> unwrapped(std::string_view file) {
  constexpr std::size_t digits = 32;
  if (!file.starts_with(magic) || file.size() < magic.size() + digits) {
    return std::nullopt;
  }
  const std::string_view hash = file.substr(magic.size(), digits);
  std::string_view rest = file.substr(magic.size() + digits);
  if (hash_of(rest) != hash) {
    return std::nullopt;
  }
  const auto key = take_sized(rest);
  const auto content = key ? take_sized(rest) : std::nullopt;
  return content && rest.empty() ? std::optional<cache_file>({*key, *content}) : std::nullopt;
}

}  // namespace gpucompute::device_layer
