// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gpucompute::bench {

/// Writes one JSON value, indented by two spaces; lists of numbers stay on a line. The caller keeps to the grammar:
/// a key before each value of an object, every begin with its end.
class json_writer {
 public:
  void begin_object() { begin('{'); }
  void end_object() { end('}'); }
  void begin_array() { begin('['); }
  void end_array() { end(']'); }
  void key(std::string_view name);

  void value(std::string_view text);
  void value(const char* text) { value(std::string_view(text)); }
  void value(bool truth) { raw(truth ? "true" : "false"); }
  void value(std::int64_t whole) { raw(std::to_string(whole)); }
  void value(int whole) { value(static_cast<std::int64_t>(whole)); }
  /// The shortest text that reads back as the same number; null when it is not finite.
  void value(double number);
  void value(const std::vector<double>& numbers);
  void value(const std::vector<std::int64_t>& numbers);
  void null() { raw("null"); }

  template <typename T>
  void member(std::string_view name, const T& content) {
    key(name);
    value(content);
  }

  /// The document so far, with a newline at the end.
  std::string text() const { return text_ + "\n"; }

 private:
  struct level {
    bool empty = true;
  };
  void begin(char bracket);
  void end(char bracket);
  void raw(std::string_view token);
  void separate();

  std::string text_;
  std::vector<level> levels_;
  bool after_key_ = false;
};

}  // namespace gpucompute::bench
