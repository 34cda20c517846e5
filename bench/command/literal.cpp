// SPDX-License-Identifier: Apache-2.0
#include "bench/command/literal.hpp"

#include <algorithm>
#include <charconv>
#include <complex>
#include <cstdlib>
#include <string>

#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

/// Value of a digit in any base up to 16; 16 for what is none.
int digit_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : 16;
}

/// A number without its sign, as texts of expressions spell it.
struct spelling {
  std::size_t length = 0;  ///< 0: no number
  std::string clean = {};  ///< without underscores and prefix
  int base = 10;
  bool whole = false;
};

class spelling_reader {
 public:
  explicit spelling_reader(std::string_view text) : text_(text) {}

  spelling read() {
    for (const std::string_view word : {"nan", "inf"}) {
      if (text_.starts_with(word)) return {word.size(), std::string(word)};
    }
    if (const int base = prefixed_base(); base != 10) {
      at_ = at(2) == '_' ? 3 : 2;
      return digits(base) == 0 ? spelling{} : spelling{at_, clean_, base, true};
    }
    std::size_t count = digits(10);
    const bool whole_part = count > 0;
    bool whole = true;
    if (at(at_) == '.') {
      whole = false;
      clean_ += text_[at_++];
      count += digits(10);
    }
    if (count == 0) return {};
    whole = !exponent() && whole;
    return {at_, clean_, 10, whole && whole_part};
  }

 private:
  char at(std::size_t index) const { return index < text_.size() ? text_[index] : '\0'; }

  int prefixed_base() const {
    if (at(0) != '0') return 10;
    const char mark = static_cast<char>(at(1) | 0x20);
    return mark == 'x' ? 16 : mark == 'o' ? 8 : mark == 'b' ? 2 : 10;
  }

  /// Appends digits with single underscores between them; returns how many.
  std::size_t digits(int base) {
    const std::size_t before = clean_.size();
    const std::size_t begin = at_;
    for (; digit_value(at(at_)) < base || (at(at_) == '_' && at_ > begin && digit_value(at(at_ + 1)) < base); ++at_) {
      if (text_[at_] != '_') clean_ += text_[at_];
    }
    return clean_.size() - before;
  }

  bool exponent() {
    if ((at(at_) | 0x20) != 'e') return false;
    const std::size_t begin = at_;
    const bool has_sign = at(at_ + 1) == '+' || at(at_ + 1) == '-';
    const std::string mantissa = clean_;
    clean_ += has_sign ? std::string("e") + at(at_ + 1) : "e";
    at_ += has_sign ? 2 : 1;
    if (digits(10) > 0) return true;
    clean_ = mantissa;
    at_ = begin;
    return false;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string clean_;
};

struct signed_spelling {
  bool negative = false;
  spelling number;
  std::size_t length = 0;  ///< sign included; 0: no number
};

signed_spelling read(std::string_view text) {
  const bool has_sign = !text.empty() && (text[0] == '+' || text[0] == '-');
  const spelling number = spelling_reader(text.substr(has_sign ? 1 : 0)).read();
  return {has_sign && text[0] == '-', number, number.length == 0 ? 0 : number.length + (has_sign ? 1 : 0)};
}

/// Beyond the range of a double: infinity or zero, as Python does. strtod follows the "C" locale, which gpubench keeps.
double to_double(const signed_spelling& one) {
  const double value = std::strtod(one.number.clean.c_str(), nullptr);
  return one.negative ? -value : value;
}

[[noreturn]] void refuse(std::string_view text, const std::string& expected) {
  throw bad_input("expected " + expected + ", got " + std::string(text.substr(0, 60)));
}

weak_scalar whole(std::string_view text, const signed_spelling& one) {
  const std::string& digits = one.number.clean;
  if (one.number.base == 10 && digits.size() > 1 && digits[0] == '0' &&
      digits.find_first_not_of('0') != std::string::npos) {
    refuse(text, "a whole number without leading zeros (0o for octal)");
  }
  std::uint64_t magnitude = 0;
  const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, one.number.base);
  constexpr std::uint64_t half = std::uint64_t{1} << 63;
  if (parsed.ec != std::errc{} || (one.negative && magnitude > half)) {
    refuse(text, "a whole number from -2^63 to 2^64 - 1");
  }
  if (one.negative) return weak_scalar{static_cast<std::int64_t>(-magnitude)};
  if (magnitude < half) return weak_scalar{static_cast<std::int64_t>(magnitude)};
  return weak_scalar{magnitude};
}

}  // namespace

std::optional<weak_scalar> parse_literal(std::string_view text) {
  if (text == "True" || text == "False") return weak_scalar{text == "True"};
  const signed_spelling first = read(text);
  if (first.length == 0) return std::nullopt;
  const std::string_view rest = text.substr(first.length);
  const auto is_j = [](std::string_view tail) { return tail == "j" || tail == "J"; };
  if (is_j(rest) && first.number.base == 10) {
    return weak_scalar{std::complex<double>(first.negative ? -0.0 : 0.0, to_double(first))};  // -(2j)
  }
  if (!rest.empty()) {
    if (rest[0] != '+' && rest[0] != '-') return std::nullopt;
    const signed_spelling second = read(rest);
    const bool decimal = first.number.base == 10 && second.number.base == 10;
    if (second.length == 0 || !is_j(rest.substr(second.length)) || !decimal) return std::nullopt;
    // A sum or a difference, as in a text, which the signs of zeros tell from two numbers side by side.
    return weak_scalar{std::complex<double>(second.negative ? to_double(first) - 0.0 : to_double(first) + 0.0,
                                            0.0 + to_double(second))};
  }
  return first.number.whole ? whole(text, first) : weak_scalar{to_double(first)};
}

}  // namespace gpucompute::bench
