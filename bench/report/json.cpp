// SPDX-License-Identifier: Apache-2.0
#include "bench/report/json.hpp"

#include <charconv>
#include <cmath>

namespace gpucompute::bench {
namespace {

/// The length of the well-formed UTF-8 sequence at the start of `text`; 0 when there is none.
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xc0) != 0x80) return 0;
  }
  const bool overlong = (first == 0xe0 && byte(1) < 0xa0) || (first == 0xf0 && byte(1) < 0x90);
  const bool outside = (first == 0xed && byte(1) > 0x9f) || (first == 0xf4 && byte(1) > 0x8f);
  return overlong || outside ? 0 : length;
}

std::string quoted(std::string_view text) {
  constexpr std::string_view hexadecimal = "0123456789abcdef";
  std::string result = "\"";
  while (!text.empty()) {
    const auto c = static_cast<unsigned char>(text[0]);
    const std::size_t length = utf8_length(text);
    if (length == 0) {
      result += "\\ufffd";
    } else if (c == '"' || c == '\\') {
      result += {'\\', text[0]};
    } else if (c == '\n') {
      result += "\\n";
    } else if (c < 0x20) {
      result += std::string("\\u00") + hexadecimal[c >> 4] + hexadecimal[c & 15];
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result + "\"";
}

std::string spelled(double number) {
  if (!std::isfinite(number)) return "null";
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return {buffer, end};
}

std::string spelled(std::int64_t number) { return std::to_string(number); }

/// On one line.
template <typename T>
std::string list(const std::vector<T>& numbers) {
  std::string text = "[";
  for (const T number : numbers) text += (text.size() == 1 ? "" : ", ") + spelled(number);
  return text + "]";
}

}  // namespace

void json_writer::separate() {
  if (after_key_) {
    after_key_ = false;
    return;
  }
  if (levels_.empty()) return;
  text_ += levels_.back().empty ? "\n" : ",\n";
  levels_.back().empty = false;
  text_ += std::string(2 * levels_.size(), ' ');
}

void json_writer::raw(std::string_view token) {
  separate();
  text_ += token;
}

void json_writer::begin(char bracket) {
  raw(std::string_view(&bracket, 1));
  levels_.emplace_back();
}

void json_writer::end(char bracket) {
  const bool empty = levels_.back().empty;
  levels_.pop_back();
  if (!empty) text_ += "\n" + std::string(2 * levels_.size(), ' ');
  text_ += bracket;
}

void json_writer::key(std::string_view name) {
  separate();
  text_ += quoted(name) + ": ";
  after_key_ = true;
}

void json_writer::value(std::string_view text) { raw(quoted(text)); }

void json_writer::value(double number) { raw(spelled(number)); }

void json_writer::value(const std::vector<double>& numbers) { raw(list(numbers)); }
void json_writer::value(const std::vector<std::int64_t>& numbers) { raw(list(numbers)); }

}  // namespace gpucompute::bench
