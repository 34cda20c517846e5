// SPDX-License-Identifier: Apache-2.0
#include "bench/command/filter.hpp"

#include <algorithm>
#include <charconv>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::size_t longest = 256;
/// std::regex copies what {n} repeats and walks the copies recursively.
constexpr std::size_t most_copied = 4096;

/// The product of the counts in {n} and {n,m}, as if each stood around all the others.
std::size_t copies(const std::string& text) {
  std::size_t product = 1;
  for (std::size_t at = text.find('{'); at != std::string::npos; at = text.find('{', at + 1)) {
    const char* const end = text.data() + text.size();
    std::size_t least = 0, most = 0;
    auto [rest, status] = std::from_chars(text.data() + at + 1, end, least);
    if (status == std::errc::result_out_of_range) return most_copied + 1;
    if (status == std::errc{} && rest != end && *rest == ',' &&
        std::from_chars(rest + 1, end, most).ec == std::errc::result_out_of_range) {
      return most_copied + 1;
    }
    product *= std::min(std::max({least, most, std::size_t{1}}), most_copied + 1);
    if (product > most_copied) return product;
  }
  return product;
}

}  // namespace

std::regex parse_filter(const std::string& text) {
  if (text.size() > longest) {
    throw bad_input("--filter: expected at most " + std::to_string(longest) + " characters, got " +
                    std::to_string(text.size()));
  }
  if (text.size() * copies(text) > most_copied) {
    throw bad_input("--filter: expected fewer repetitions, got '" + text + "': its length times its counts is above " +
                    std::to_string(most_copied));
  }
  try {
    // libstdc++'s default tries one way after the other, in a time exponential in the text's length.
    return std::regex(text, std::regex::ECMAScript | std::regex_constants::__polynomial);
  } catch (const std::regex_error& error) {
    throw bad_input("--filter: expected a regular expression, got '" + text + "' (" + error.what() + ")");
  }
}

}  // namespace gpucompute::bench
