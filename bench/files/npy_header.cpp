// SPDX-License-Identifier: Apache-2.0
#include "bench/files/npy_header.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

/// Why an element type of NumPy's cannot be used here.
std::string refusal(std::string_view descr) {
  const char kind =
      descr.size() > 1 && std::string_view("<>|=").find(descr[0]) != std::string_view::npos ? descr[1] : descr[0];
  const std::string quoted = "'" + std::string(descr) + "'";
  if (descr.ends_with("f2")) return "element type " + quoted + " (float16) is not supported";
  if (descr.ends_with("f16") || descr.ends_with("f12"))
    return "element type " + quoted + " (longdouble) is not supported";
  if (descr.ends_with("c32") || descr.ends_with("c24"))
    return "element type " + quoted + " (clongdouble) is not supported";
  switch (kind) {
    case 'O':
      return "element type " + quoted + " (Python objects) is refused: loading it would run code";
    case 'U':
      return "element type " + quoted + " (unicode strings) is not numeric";
    case 'S':
    case 'a':
      return "element type " + quoted + " (byte strings) is not numeric";
    case 'V':
      return "element type " + quoted + " (raw or structured records) is not numeric";
    case 'M':
    case 'm':
      return "element type " + quoted + " (dates and times) is not supported";
    default:
      return "unknown element type " + quoted;
  }
}

class header_parser {
 public:
  explicit header_parser(std::string_view text) : rest_(text) {}

  npy_header parse() {
    std::optional<std::string> descr;
    std::optional<bool> order;
    bool has_shape = false;
    expect('{');
    while (!accept('}')) {
      const std::string key = string();
      expect(':');
      if (key == "descr" && !descr) {
        if (peek() == '[') fail("structured element types are refused: only arrays of plain numbers can be read");
        descr = string();
      } else if (key == "fortran_order" && !order) {
        order = boolean();
      } else if (key == "shape" && !has_shape) {
        shape();
        has_shape = true;
      } else {
        fail("unexpected or repeated key '" + key.substr(0, 40) + "'");
      }
      if (!accept(',')) {
        expect('}');
        break;
      }
    }
    skip_space();
    if (!rest_.empty()) fail("something follows the dictionary");
    if (!descr || !order || !has_shape) fail("expected the keys 'descr', 'fortran_order' and 'shape'");
    element_type(*descr);
    require_addressable();
    header_.fortran_order = *order;
    return header_;
  }

 private:
  [[noreturn]] static void fail(const std::string& reason) { throw bad_input("not a readable .npy header: " + reason); }

  void skip_space() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size())); }
  char peek() {
    skip_space();
    return rest_.empty() ? '\0' : rest_[0];
  }
  bool accept(char wanted) {
    if (peek() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  void expect(char wanted) {
    if (!accept(wanted)) fail("expected '" + std::string(1, wanted) + "' " + position());
  }
  std::string position() const {
    return rest_.empty() ? "before its end" : "at '" + printable(rest_.substr(0, 12)) + "'";
  }
  static std::string printable(std::string_view text) {
    std::string result(text);
    std::ranges::replace_if(
        result, [](char c) { return c < ' ' || c > '~'; }, '?');
    return result;
  }

  std::string string() {
    const char quote = peek();
    const std::size_t end = quote == '\'' || quote == '"' ? rest_.find(quote, 1) : std::string_view::npos;
    if (end == std::string_view::npos) fail("expected a quoted string " + position());
    const std::string value = printable(rest_.substr(1, end - 1));
    rest_.remove_prefix(end + 1);
    return value;
  }
  bool boolean() {
    skip_space();
    for (const bool value : {true, false}) {
      const std::string_view word = value ? "True" : "False";
      if (rest_.starts_with(word)) {
        rest_.remove_prefix(word.size());
        return value;
      }
    }
    fail("expected True or False " + position());
  }
  void shape() {
    expect('(');
    bool needs_comma = false;
    while (!accept(')')) {
      if (needs_comma) fail("expected ',' between extents " + position());
      skip_space();
      std::int64_t extent = 0;
      const auto [end, status] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), extent);
      if (status != std::errc{} || extent < 0) fail("expected an extent between 0 and 2^63 - 1 " + position());
      rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
      if (!rest_.empty() && rest_[0] == 'L') rest_.remove_prefix(1);  // as Python 2 wrote it
      if (header_.shape.rank() == max_rank) fail("more than " + std::to_string(max_rank) + " dimensions");
      header_.shape.push_back(extent);
      needs_comma = !accept(',');
    }
    // "(3)" is a number, not a shape.
    if (needs_comma && header_.shape.rank() == 1) fail("a shape of one extent needs its comma: (3,)");
  }

  void element_type(std::string_view descr) {
    if (descr.empty()) fail("an empty element type");
    const bool marked = std::string_view("<>|=").find(descr[0]) != std::string_view::npos;
    const std::string_view type = descr.substr(marked ? 1 : 0);
    for (std::size_t i = 0; i < dtype_count; ++i) {
      if (dtype_rows[i].numpy != type) continue;
      header_.type = static_cast<dtype>(i);
      header_.swapped = descr[0] == '>' && dtype_rows[i].bytes > 1;
      return;
    }
    throw bad_input(refusal(descr));
  }

  /// Extents of zero do not excuse the others, as in NumPy.
  void require_addressable() const {
    auto bytes = static_cast<std::int64_t>(size_of(header_.type));
    for (const std::int64_t extent : header_.shape) {
      if (extent != 0 && __builtin_mul_overflow(bytes, extent, &bytes)) {
        fail("the shape " + to_string(header_.shape) + " needs more than 2^63 - 1 bytes");
      }
    }
  }

  std::string_view rest_;
  npy_header header_;
};

}  // namespace

npy_header parse_npy_header(std::string_view text) { return header_parser(text).parse(); }

std::string format_npy_header(const npy_header& header) {
  const dtype_row& type = row(header.type);
  std::string text = "{'descr': '" + std::string(type.bytes == 1 ? "|" : "<") + std::string(type.numpy) +
                     "', 'fortran_order': " + (header.fortran_order ? "True" : "False") +
                     ", 'shape': " + to_string(header.shape) + ", }";
  constexpr std::size_t preamble = 10;
  constexpr std::size_t alignment = 64;
  text.append(alignment - 1 - (preamble + text.size()) % alignment, ' ');
  text += '\n';
  const auto length = static_cast<unsigned>(text.size());
  std::string head = "\x93NUMPY\x01";
  head += '\0';
  head += static_cast<char>(length & 0xff);
  head += static_cast<char>(length >> 8);
  return head + text;
}

}  // namespace gpucompute::bench
