// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

namespace gpucompute::bench {

/// Rows of text under headings, rendered the same way everywhere.
struct text_table {
  struct column {
    std::string heading;  ///< may have several lines
    bool right = false;   ///< numbers
  };
  std::vector<column> columns;
  std::vector<std::vector<std::string>> rows;
};

/// Columns aligned by spaces.
std::string to_text(const text_table& table);
std::string to_markdown(const text_table& table);
/// RFC 4180, with a heading line and nothing before it.
std::string to_csv(const text_table& table);

}  // namespace gpucompute::bench
