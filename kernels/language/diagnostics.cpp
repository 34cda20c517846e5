// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/diagnostics.hpp"

#include <algorithm>
#include <numeric>
#include <vector>

namespace gpucompute::language {
namespace {

constexpr std::size_t window = 100;

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row[b.size()];
}

/// Bytes that would move the caret or disturb a terminal become one space.
void append_printable(std::string& to, std::string_view text) {
  for (const char c : text) {
    to += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
  }
}

}  // namespace

std::string with_caret(std::string_view message, std::string_view text, source_span where) {
  const std::size_t begin = std::min<std::size_t>(where.begin, text.size());
  const std::size_t before = begin == 0 ? std::string_view::npos : text.rfind('\n', begin - 1);
  const std::size_t line_begin = before == std::string_view::npos ? 0 : before + 1;
  const std::size_t line_end = std::min(text.find('\n', begin), text.size());
  const std::size_t end = std::clamp<std::size_t>(where.end, begin, line_end);
  const std::size_t shown_begin = begin - line_begin > window ? begin - window / 2 : line_begin;
  const std::size_t shown_end = std::min(line_end, std::max(end, shown_begin + window));
  const std::size_t cut_end = std::min(shown_end, shown_begin + 2 * window);

  std::string out(message);
  if (text.find('\n') != std::string_view::npos) {
    const auto line = 1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(line_begin), '\n');
    out += " (line " + std::to_string(line) + ")";
  }
  const std::string_view lead = shown_begin > line_begin ? "  ..." : "  ";
  out += '\n';
  out += lead;
  append_printable(out, text.substr(shown_begin, cut_end - shown_begin));
  out += cut_end < line_end ? "...\n" : "\n";
  out.append(lead.size() + (begin - shown_begin), ' ');
  out.append(std::max<std::size_t>(1, std::min(end, cut_end) - std::min(begin, cut_end)), '^');
  return out;
}

std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates) {
  constexpr std::size_t longest = 64;
  if (name.size() > longest) {
    return {};
  }
  std::string_view best;
  std::size_t distance = std::max<std::size_t>(1, name.size() / 3) + 1;
  for (const std::string_view candidate : candidates) {
    const std::size_t difference =
        candidate.size() > name.size() ? candidate.size() - name.size() : name.size() - candidate.size();
    if (difference > distance) {
      continue;
    }
    const std::size_t d = edit_distance(name, candidate);
    const bool same_start = name.substr(0, candidate.size()) == candidate;
    if ((d < distance || (d == distance && same_start && !best.empty())) &&
        d < std::max(name.size(), candidate.size())) {
      best = candidate;
      distance = d;
    }
  }
  return best;
}

std::string suggestion(std::string_view name, std::span<const std::string_view> candidates) {
  const std::string_view near = nearest(name, candidates);
  return near.empty() ? std::string{} : "; did you mean `" + std::string(near) + "`?";
}

std::string excerpt(std::string_view text, source_span where, std::size_t limit) {
  std::string out;
  append_printable(out, text.substr(where.begin, std::min<std::size_t>(where.end - where.begin, limit)));
  return where.end - where.begin > limit ? out + "..." : out;
}

}  // namespace gpucompute::language
