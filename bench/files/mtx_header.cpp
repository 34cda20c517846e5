// SPDX-License-Identifier: Apache-2.0
#include "bench/files/mtx_header.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gpucompute::bench {
namespace {

constexpr std::string_view spaces = " \t\r\v\f";

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (;;) {
    const std::size_t begin = line.find_first_not_of(spaces);
    if (begin == std::string_view::npos) return words;
    line.remove_prefix(begin);
    const std::size_t length = std::min(line.find_first_of(spaces), line.size());
    words.emplace_back(line.substr(0, length));
    line.remove_prefix(length);
  }
}

template <typename T>
struct choice {
  std::string_view word;
  T value;
};
constexpr choice<bool> formats[] = {{"array", false}, {"coordinate", true}};
constexpr choice<mtx_field> fields[] = {{"real", mtx_field::real},
                                        {"double", mtx_field::real},
                                        {"integer", mtx_field::integer},
                                        {"complex", mtx_field::complex},
                                        {"pattern", mtx_field::pattern}};
constexpr choice<mtx_symmetry> symmetries[] = {{"general", mtx_symmetry::general},
                                               {"symmetric", mtx_symmetry::symmetric},
                                               {"skew-symmetric", mtx_symmetry::skew},
                                               {"hermitian", mtx_symmetry::hermitian}};

template <typename T>
T choose(const line_reader& lines, std::span<const choice<T>> choices, const std::string& word) {
  std::string known;
  for (const choice<T>& one : choices) {
    if (one.word == word) return one.value;
    known += std::string(known.empty() ? "" : &one == &choices.back() ? " or " : ", ") + std::string(one.word);
  }
  lines.fail(known, excerpt(word));
}

void read_banner(line_reader& lines, mtx_header& header) {
  const std::string expected = "a first line '%%MatrixMarket matrix FORMAT FIELD SYMMETRY'";
  if (!lines.next()) lines.fail(expected, "an empty file");
  std::string lower(lines.line());
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  const std::vector<std::string> words = words_of(lower);
  if (words.size() != 5 || words[0] != "%%matrixmarket" || words[1] != "matrix") {
    lines.fail(expected, excerpt(lines.line()));
  }
  header.coordinate = choose<bool>(lines, formats, words[2]);
  header.field = choose<mtx_field>(lines, fields, words[3]);
  header.symmetry = choose<mtx_symmetry>(lines, symmetries, words[4]);
  if (header.field != mtx_field::pattern) return;
  if (!header.coordinate) lines.fail("pattern with coordinate", "it with array");
  if (header.symmetry == mtx_symmetry::skew || header.symmetry == mtx_symmetry::hermitian) {
    lines.fail("pattern with general or symmetric", "it with " + words[4]);
  }
}

std::int64_t size_of_word(const line_reader& lines, const std::string& word) {
  std::int64_t value = 0;
  const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || rest != word.data() + word.size() || value < 0) {
    lines.fail("whole numbers from 0 to 2^63 - 1 as sizes", excerpt(word));
  }
  return value;
}

/// Of an array, from its shape.
std::int64_t entries_of_shape(const line_reader& lines, const mtx_header& header) {
  std::int64_t entries = 0;
  if (__builtin_mul_overflow(header.rows, header.columns, &entries)) {
    lines.fail("sizes whose product has 64 bits", excerpt(lines.line()));
  }
  switch (header.symmetry) {
    case mtx_symmetry::general:
      return entries;
    case mtx_symmetry::symmetric:
    case mtx_symmetry::hermitian:
      return (entries - header.rows) / 2 + header.rows;
    case mtx_symmetry::skew:
      break;
  }
  return (entries - header.rows) / 2;
}

void read_sizes(line_reader& lines, mtx_header& header) {
  const std::string expected = header.coordinate ? "a line 'ROWS COLUMNS ENTRIES'" : "a line 'ROWS COLUMNS'";
  if (!next_content(lines)) lines.fail(expected, "the end of the file");
  const std::vector<std::string> words = words_of(lines.line());
  if (words.size() != (header.coordinate ? 3U : 2U)) lines.fail(expected, excerpt(lines.line()));
  header.rows = size_of_word(lines, words[0]);
  header.columns = size_of_word(lines, words[1]);
  if (header.symmetry != mtx_symmetry::general && header.rows != header.columns) {
    lines.fail("as many rows as columns, since it is no general matrix", excerpt(lines.line()));
  }
  header.entries = header.coordinate ? size_of_word(lines, words[2]) : entries_of_shape(lines, header);
}

/// No entry is written with fewer bytes than its numbers, a space between them and the end of the line.
void require_bytes(const line_reader& lines, const mtx_header& header) {
  const auto left = lines.remaining();
  if (!left) return;
  const std::int64_t numbers = (header.coordinate ? 2 : 0) + (header.field == mtx_field::pattern   ? 0
                                                              : header.field == mtx_field::complex ? 2
                                                                                                   : 1);
  const auto most = static_cast<std::int64_t>(*left + 1) / (2 * numbers);
  if (header.entries > most) {
    lines.fail(std::to_string(header.entries) + " entries",
               std::to_string(*left) + " bytes after this line, in which at most " + std::to_string(most) + " fit");
  }
}

}  // namespace

bool next_content(line_reader& lines) {
  while (lines.next()) {
    const std::string_view line = lines.line();
    const std::size_t begin = line.find_first_not_of(spaces);
    if (begin != std::string_view::npos && line[begin] != '%') return true;
  }
  return false;
}

mtx_header read_mtx_header(line_reader& lines) {
  mtx_header header;
  read_banner(lines, header);
  read_sizes(lines, header);
  require_bytes(lines, header);
  return header;
}

}  // namespace gpucompute::bench
