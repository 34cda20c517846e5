// SPDX-License-Identifier: Apache-2.0
#include "bench/command/literal.hpp"

#include <charconv>
#include <complex>
#include <cstdlib>
#include <string>

#include "bench/command/failure.hpp"

namespace gpucompute::bench {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// Length of a sign, if any, and a whole number, a decimal, nan or inf at the start of `text`; 0 for anything else.
std::size_t real_length(std::string_view text) {
  std::size_t at = !text.empty() && (text[0] == '+' || text[0] == '-') ? 1 : 0;
  for (const std::string_view word : {"nan", "inf"}) {
    if (text.substr(at).starts_with(word)) return at + word.size();
  }
  std::size_t digits = 0;
  const auto skip_digits = [&] {
    for (; at < text.size() && is_digit(text[at]); ++at) ++digits;
  };
  skip_digits();
  if (at < text.size() && text[at] == '.') {
    ++at;
    skip_digits();
  }
  if (digits == 0) return 0;
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t exponent = at + 1;
    if (exponent < text.size() && (text[exponent] == '+' || text[exponent] == '-')) ++exponent;
    if (exponent < text.size() && is_digit(text[exponent])) {
      for (at = exponent; at < text.size() && is_digit(text[at]);) ++at;
    }
  }
  return at;
}

/// Beyond the range of a double: infinity or zero, as Python does. strtod follows the "C" locale, which gpubench keeps.
double to_double(std::string_view text) { return std::strtod(std::string(text).c_str(), nullptr); }

}  // namespace

std::optional<weak_scalar> parse_literal(std::string_view text) {
  if (text == "True" || text == "False") return weak_scalar{text == "True"};
  const std::size_t length = real_length(text);
  if (length == 0) return std::nullopt;
  const std::string_view first = text.substr(0, length);
  const std::string_view rest = text.substr(length);
  if (rest == "j") return weak_scalar{std::complex<double>(0, to_double(first))};
  if (!rest.empty()) {
    if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
    const std::size_t imaginary = real_length(rest);
    if (imaginary == 0 || rest.substr(imaginary) != "j") return std::nullopt;
    return weak_scalar{std::complex<double>(to_double(first), to_double(rest.substr(0, imaginary)))};
  }
  if (first.find_first_not_of("+-0123456789") != std::string_view::npos) return weak_scalar{to_double(first)};
  const std::string_view digits = first[0] == '+' ? first.substr(1) : first;
  std::int64_t whole = 0;
  const auto [end, status] = std::from_chars(digits.data(), digits.data() + digits.size(), whole);
  if (status != std::errc{})
    throw bad_input("expected a whole number of at most 64 bits with sign, got " + std::string(text));
  return weak_scalar{whole};
}

}  // namespace gpucompute::bench
