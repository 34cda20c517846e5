// SPDX-License-Identifier: Apache-2.0
#include "bench/files/line_reader.hpp"

#include <algorithm>
#include <cstring>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::size_t buffer_bytes = std::size_t{1} << 20;

}  // namespace

line_reader::line_reader(const std::string& path, const std::string& expected)
    : path_(path), file_(path, expected), buffer_(buffer_bytes) {}

/// False when nothing more came.
bool line_reader::refill() {
  if (at_end_) return false;
  std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(begin_), buffer_.begin() + static_cast<std::ptrdiff_t>(end_),
            buffer_.begin());
  end_ -= begin_;
  begin_ = 0;
  if (end_ == buffer_.size()) fail("lines of fewer than " + std::to_string(buffer_.size()) + " bytes", "a longer one");
  const std::size_t wanted = buffer_.size() - end_;
  const std::size_t got = file_.read(buffer_.data() + end_, wanted);
  at_end_ = got < wanted;
  end_ += got;
  return got > 0;
}

bool line_reader::next() {
  ++number_;
  std::size_t searched = 0;
  for (;;) {
    const char* const first = buffer_.data() + begin_;
    const void* const newline = std::memchr(first + searched, '\n', end_ - begin_ - searched);
    if (newline != nullptr) {
      const auto length = static_cast<std::size_t>(static_cast<const char*>(newline) - first);
      line_ = {first, length};
      begin_ += length + 1;
      break;
    }
    searched = end_ - begin_;
    if (refill()) continue;
    line_ = {buffer_.data() + begin_, end_ - begin_};
    begin_ = end_;
    if (line_.empty()) return false;
    break;
  }
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  return true;
}

std::optional<std::size_t> line_reader::remaining() const {
  const auto unread = file_.remaining();
  return unread ? std::optional(*unread + (end_ - begin_)) : std::nullopt;
}

std::string line_reader::place() const { return path_ + ":" + std::to_string(number_); }

void line_reader::fail(const std::string& expected, const std::string& got) const {
  throw bad_input(place() + ": expected " + expected + ", got " + got);
}

std::string excerpt(std::string_view text) {
  constexpr std::size_t most = 40;
  std::string shown(text.substr(0, most));
  std::ranges::replace_if(
      shown, [](char c) { return c < ' ' || c > '~'; }, '?');
  return "'" + shown + (text.size() > most ? "...'" : "'");
}

}  // namespace gpucompute::bench
