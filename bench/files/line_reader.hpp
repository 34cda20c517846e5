// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/files/input_file.hpp"

namespace gpucompute::bench {

/// Lines of a text file, in pieces of a megabyte. They end with LF or CRLF; the last one may end with the file.
class line_reader {
 public:
  /// @throw bad_input for what cannot be read
  line_reader(const std::string& path, const std::string& expected);

  /// Goes to the next line, the first one at first; false behind the last one. @throw bad_input beyond a million bytes
  bool next();
  /// Without its end; until the next call of next().
  std::string_view line() const noexcept { return line_; }
  /// Bytes behind this line; nothing for pipes and devices, which do not know.
  std::optional<std::size_t> remaining() const;
  /// "PATH:LINE: expected ..., got ...". @throw bad_input
  [[noreturn]] void fail(const std::string& expected, const std::string& got) const;
  /// "PATH:LINE"
  std::string place() const;

 private:
  bool refill();

  std::string path_;
  input_file file_;
  std::vector<char> buffer_;
  std::size_t begin_ = 0, end_ = 0;  ///< of what is in the buffer and not handed out
  bool at_end_ = false;              ///< nothing is left in the file
  std::string_view line_;
  std::int64_t number_ = 0;
};

/// At most 40 bytes of a text that may hold anything, in quotes.
std::string excerpt(std::string_view text);

}  // namespace gpucompute::bench
