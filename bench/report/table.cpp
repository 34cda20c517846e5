// SPDX-License-Identifier: Apache-2.0
#include "bench/report/table.hpp"

#include <algorithm>
#include <sstream>
#include <string_view>

namespace gpucompute::bench {
namespace {

/// Characters on the screen: UTF-8 continuation bytes take no room.
std::size_t width_of(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xc0) != 0x80; }));
}

std::size_t lines_of(std::string_view heading) {
  return 1 + static_cast<std::size_t>(std::ranges::count(heading, '\n'));
}

/// The lines of a heading, with empty ones before them: headings stand right above their columns.
std::vector<std::string> heading_lines(const std::string& heading, std::size_t count) {
  std::vector<std::string> lines(count - lines_of(heading));
  std::istringstream text(heading);
  for (std::string line; std::getline(text, line);) lines.push_back(line);
  lines.resize(count);
  return lines;
}

std::vector<std::size_t> widths(const text_table& table) {
  std::vector<std::size_t> result;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    std::size_t width = 0;
    for (const std::string& line : heading_lines(table.columns[i].heading, lines_of(table.columns[i].heading)))
      width = std::max(width, width_of(line));
    for (const auto& row : table.rows) width = std::max(width, width_of(row[i]));
    result.push_back(width);
  }
  return result;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::string spaces(width - width_of(text), ' ');
  return right ? spaces + text : text + spaces;
}

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string result = "\"";
  for (const char c : text) result += c == '"' ? "\"\"" : std::string(1, c);
  return result + "\"";
}

std::string escaped(const std::string& text) {
  std::string result;
  for (const char c : text) result += c == '|' ? "\\|" : std::string(1, c == '\n' ? ' ' : c);
  return result;
}

}  // namespace

std::string to_text(const text_table& table) {
  const std::vector<std::size_t> width = widths(table);
  std::string text;
  const auto line = [&](const auto& cell) {
    std::string row;
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      row += (i == 0 ? "" : "  ") + padded(cell(i), width[i], table.columns[i].right);
    }
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  };
  std::size_t most_lines = 1;
  for (const auto& column : table.columns) most_lines = std::max(most_lines, lines_of(column.heading));
  for (std::size_t l = 0; l < most_lines; ++l) {
    line([&](std::size_t i) { return heading_lines(table.columns[i].heading, most_lines)[l]; });
  }
  for (const auto& row : table.rows) line([&](std::size_t i) { return row[i]; });
  return text;
}

std::string to_markdown(const text_table& table) {
  std::string text = "|";
  for (const auto& column : table.columns) text += " " + escaped(column.heading) + " |";
  text += "\n|";
  for (const auto& column : table.columns) text += column.right ? "---:|" : "---|";
  text += "\n";
  for (const auto& row : table.rows) {
    text += "|";
    for (const std::string& cell : row) text += " " + escaped(cell) + " |";
    text += "\n";
  }
  return text;
}

std::string to_csv(const text_table& table) {
  std::string text;
  for (std::size_t i = 0; i < table.columns.size(); ++i) text += (i == 0 ? "" : ",") + quoted(table.columns[i].heading);
  text += "\n";
  for (const auto& row : table.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) text += (i == 0 ? "" : ",") + quoted(row[i]);
    text += "\n";
  }
  return text;
}

}  // namespace gpucompute::bench
