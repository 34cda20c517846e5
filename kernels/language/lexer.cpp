// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <string>

#include "kernels/language/diagnostics.hpp"
#include "kernels/language/limits.hpp"
#include "kernels/language/token.hpp"

namespace gpucompute::language {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }

int digit_value(char c) {
  return is_digit(c) ? c - '0' : c >= 'a' && c <= 'z' ? c - 'a' + 10 : c >= 'A' && c <= 'Z' ? c - 'A' + 10 : 99;
}

/// Longest first.
constexpr std::array<std::string_view, 24> operators = {
    "**", "//", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "+", "-",
    "*",  "/",  "%",  "&",  "|",  "^",  "~",  "<",  ">",  "@",  "!", ":="};

/// Value of a decimal literal that from_chars finds out of range: 0 or infinity, by the place of its first digit.
double beyond_range(std::string_view digits) {
  const std::size_t exponent_at = std::min(digits.find_first_of("eE"), digits.size());
  const std::string_view mantissa = digits.substr(0, exponent_at);
  const std::size_t point = std::min(mantissa.find('.'), mantissa.size());
  const std::size_t first = mantissa.find_first_of("123456789");
  if (first == std::string_view::npos) {
    return 0;
  }
  const bool negative = exponent_at + 1 < digits.size() && digits[exponent_at + 1] == '-';
  long long exponent = 0;
  for (const char c : digits.substr(exponent_at)) {
    exponent = is_digit(c) ? std::min(10 * exponent + (c - '0'), 1LL << 40) : exponent;
  }
  const long long place =
      static_cast<long long>(point) - static_cast<long long>(first) + (negative ? -exponent : exponent);
  return place > 0 ? std::numeric_limits<double>::infinity() : 0.0;
}

class lexer {
 public:
  explicit lexer(std::string_view text) : text_(text) {}

  std::vector<token> run() {
    while (true) {
      skip_blanks();
      if (at_ == text_.size()) {
        add(token_kind::end, 0);
        return std::move(tokens_);
      }
      next();
    }
  }

 private:
  char peek(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  [[noreturn]] void refuse(const std::string& what, std::size_t begin, std::size_t end) const {
    fail<syntax_error>("expression: expected " + what, text_,
                       {static_cast<std::uint32_t>(begin), static_cast<std::uint32_t>(end)});
  }

  void add(token_kind kind, std::size_t length) {
    tokens_.push_back({kind,
                       {static_cast<std::uint32_t>(at_), static_cast<std::uint32_t>(at_ + length)},
                       text_.substr(at_, length),
                       {}});
    at_ += length;
  }

  void skip_blanks() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && depth_ > 0)) {
        ++at_;
      } else {
        return;
      }
    }
  }

  void next() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) {
      return number();
    }
    if (is_name_start(c)) {
      return name();
    }
    switch (c) {
      case '\n':
      case ';':
        return add(token_kind::separator, 1);
      case '(':
        ++depth_;
        return add(token_kind::open, 1);
      case ')':
        depth_ -= depth_ > 0 ? 1 : 0;
        return add(token_kind::close, 1);
      case ',':
        return add(token_kind::comma, 1);
      case '.':
        return add(token_kind::dot, 1);
      default:
        break;
    }
    for (const std::string_view candidate : operators) {
      if (text_.substr(at_, candidate.size()) == candidate) {
        return add(token_kind::operation, candidate.size());
      }
    }
    if (c == '=') {
      return add(token_kind::assign, 1);
    }
    unknown(c);
  }

  [[noreturn]] void unknown(char c) const {
    if (c == '[' || c == ']') {
      refuse("no indexing: pass a view of the part that is meant, got `[`", at_, at_ + 1);
    }
    if (c == '"' || c == '\'') {
      refuse("no strings, got a quote", at_, at_ + 1);
    }
    if (c == '{' || c == '}' || c == ':' || c == '\\' || c == '?' || c == '$' || c == '`') {
      refuse(std::string("numbers, names and operators, got `") + c + "`", at_, at_ + 1);
    }
    std::size_t end = at_ + 1;
    while (end < text_.size() && (static_cast<unsigned char>(text_[end]) & 0xC0U) == 0x80U) {
      ++end;
    }
    refuse("ASCII characters, got byte " + std::to_string(static_cast<unsigned char>(c)), at_, end);
  }

  void name() {
    std::size_t end = at_;
    while (end < text_.size() && is_name_part(text_[end])) {
      ++end;
    }
    if (end < text_.size() && (text_[end] == '"' || text_[end] == '\'')) {
      refuse("no strings, got a quote", end, end + 1);
    }
    if (end - at_ > max_name_bytes) {
      refuse("names of at most " + std::to_string(max_name_bytes) + " characters, got " + std::to_string(end - at_),
             at_, end);
    }
    add(token_kind::name, end - at_);
  }

  /// Digits with single underscores between them, appended to `out`.
  std::size_t digits(std::size_t from, int base, std::string& out) const {
    std::size_t at = from;
    while (at < text_.size()) {
      if (digit_value(text_[at]) < base) {
        out += text_[at];
      } else if (text_[at] != '_' || at == from || at + 1 >= text_.size() || digit_value(text_[at + 1]) >= base) {
        break;
      }
      ++at;
    }
    return at;
  }

  void number() {
    const char second = static_cast<char>(peek(1) | 0x20);
    if (peek() == '0' && (second == 'x' || second == 'o' || second == 'b')) {
      const int base = second == 'x' ? 16 : second == 'o' ? 8 : 2;
      const std::size_t begin = at_ + (peek(2) == '_' ? 3 : 2);
      std::string clean;
      const std::size_t end = digits(begin, base, clean);
      return finish(end, clean.empty() ? refuse_number(end) : integer(clean, base, end));
    }
    std::string clean;
    std::size_t end = digits(at_, 10, clean);
    bool real = false;
    if (end < text_.size() && text_[end] == '.') {
      real = true;
      clean += '.';
      end = digits(end + 1, 10, clean);
    }
    if (end < text_.size() && (text_[end] | 0x20) == 'e') {
      const bool has_sign = end + 1 < text_.size() && (text_[end + 1] == '+' || text_[end + 1] == '-');
      std::string exponent = has_sign && text_[end + 1] == '-' ? "e-" : "e";
      const std::size_t begin = end + (has_sign ? 2 : 1);
      const std::size_t exponent_end = digits(begin, 10, exponent);
      if (exponent_end > begin) {
        real = true;
        clean += exponent;
        end = exponent_end;
      }
    }
    if (end < text_.size() && (text_[end] | 0x20) == 'j') {
      return finish(end + 1, weak_complex({0, decimal(clean)}));
    }
    if (real) {
      return finish(end, weak_floating(decimal(clean)));
    }
    if (clean.size() > 1 && clean[0] == '0' && clean.find_first_not_of('0') != std::string::npos) {
      refuse("an integer without leading zeros (0o for octal), got " + clean.substr(0, 24), at_, end);
    }
    finish(end, integer(clean, 10, end));
  }

  weak_value refuse_number(std::size_t end) const {
    refuse("a number, got " + std::string(text_.substr(at_, std::min<std::size_t>(end + 1 - at_, 24))), at_, end);
  }

  weak_value integer(std::string_view clean, int base, std::size_t end) const {
    wide_integer value = 0;
    for (const char c : clean) {
      if (__builtin_mul_overflow(value, wide_integer{base}, &value) ||
          __builtin_add_overflow(value, wide_integer{digit_value(c)}, &value)) {
        refuse("an integer of at most 127 bits, got " + std::to_string(clean.size()) + " digits", at_, end);
      }
    }
    return weak_integer(value);
  }

  static double decimal(const std::string& clean) {
    double value = 0;
    const auto parsed = std::from_chars(clean.data(), clean.data() + clean.size(), value);
    return parsed.ec == std::errc::result_out_of_range ? beyond_range(clean) : value;
  }

  void finish(std::size_t end, const weak_value& value) {
    if (end < text_.size() && is_name_part(text_[end])) {
      std::size_t word = end;
      while (word < text_.size() && is_name_part(text_[word])) {
        ++word;
      }
      refuse("a number, got " + std::string(text_.substr(at_, std::min<std::size_t>(word - at_, 24))), at_, word);
    }
    add(token_kind::number, end - at_);
    tokens_.back().number = value;
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int depth_ = 0;
  std::vector<token> tokens_;
};

}  // namespace

std::vector<token> tokenize(std::string_view text) { return lexer(text).run(); }

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= max_name_bytes && is_name_start(text.front()) &&
         std::all_of(text.begin(), text.end(), is_name_part);
}

}  // namespace gpucompute::language
