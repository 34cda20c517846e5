// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <concepts>
#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include <gpucompute/evaluate.hpp>

namespace gpucompute {

/// Something to compute, built by operators and functions from arrays, views and numbers; nothing runs before
/// evaluate(). Immutable and cheap to copy; a moved-from one is refused with invalid_argument. It is the same language as the text form: types, broadcasting and errors are
/// the same, and numbers are weak as literals are.
class GPUCOMPUTE_API expression {
 public:
  class node;

  /// Shares the array's memory and keeps it alive; evaluation sees the values of that time.
  expression(const array& source);  // NOLINT(google-explicit-constructor): operands are written as they are
  /// Borrows: the data must outlive the evaluation.
  template <typename T>
  // NOLINTNEXTLINE(google-explicit-constructor)
  requires(std::convertible_to<const T&, array_view> && !std::same_as<T, array>) expression(const T& view)
      : expression(array_view(view), nullptr) {}
  /// A weak number. Integers keep their value, up to 64 bits with or without sign.
  template <typename T>
  requires std::is_arithmetic_v<T> expression(T value)  // NOLINT(google-explicit-constructor)
      : expression(number(value)) {}
  expression(std::complex<double> value);  // NOLINT(google-explicit-constructor)
  expression(std::complex<float> value)    // NOLINT(google-explicit-constructor)
      : expression(std::complex<double>(value)) {}

  /// The call of a function of the language, or `symbol` as an operator between or before its operands. `keywords` is
  /// empty or reads as `, axis=0, keepdims=True`. @throw invalid_argument for text that is anything else
  static expression call(std::string_view name, std::initializer_list<expression> operands,
                         std::string_view keywords = {});
  static expression operation(std::string_view symbol, std::initializer_list<expression> operands);

  /// The text that evaluate() compiles and the arguments that its names stand for.
  struct rendered {
    std::string text;
    std::vector<std::string> names;
    std::vector<argument_value> values;  ///< one a name; borrowed from the expression
  };
  /// Length and work are linear in the number of operations: what is used twice gets a local name.
  rendered render() const;

 private:
  struct number {
    explicit number(bool value);
    explicit number(double value);
    template <std::signed_integral T>
    explicit number(T value) : number(static_cast<std::int64_t>(value), 0) {}
    template <std::unsigned_integral T>
    explicit number(T value) : number(static_cast<std::uint64_t>(value), 0U) {}
    explicit number(float value) : number(static_cast<double>(value)) {}
    explicit number(long double value) : number(static_cast<double>(value)) {}
    number(std::int64_t value, int);
    number(std::uint64_t value, unsigned);
    std::string text;
  };

  expression(const array_view& view, std::shared_ptr<const void> owner);
  explicit expression(const number& value);
  expression(bool call, std::string_view text, std::initializer_list<expression> operands, std::string_view keywords);

  std::shared_ptr<const node> root_;
};

/// Runs the expression. @throw as evaluate() of a text
GPUCOMPUTE_API array evaluate(const expression& what, const evaluate_options& options = {});

namespace detail {
template <typename T>
concept array_like = std::same_as<T, expression> || std::same_as<T, array> || std::same_as<T, array_view> ||
    std::same_as<T, mutable_view>;
}

/// Operands of the operators: one is an expression, an array or a view, so that plain C++ code is never touched.
template <typename L, typename R>
concept expression_operands =
    (detail::array_like<L> ||
     detail::array_like<R>)&&std::convertible_to<const L&, expression>&& std::convertible_to<const R&, expression>;

#define GPUCOMPUTE_BINARY(symbol)                                                         \
  template <typename L, typename R>                                                       \
  requires expression_operands<L, R> expression operator symbol(const L& a, const R& b) { \
    return expression::operation(#symbol, {expression(a), expression(b)});                \
  }
GPUCOMPUTE_BINARY(+)
GPUCOMPUTE_BINARY(-)
GPUCOMPUTE_BINARY(*)
GPUCOMPUTE_BINARY(/)
GPUCOMPUTE_BINARY(%)
GPUCOMPUTE_BINARY(<<)
GPUCOMPUTE_BINARY(>>)
GPUCOMPUTE_BINARY(&)
GPUCOMPUTE_BINARY(|)
GPUCOMPUTE_BINARY(^)
GPUCOMPUTE_BINARY(<)
GPUCOMPUTE_BINARY(<=)
GPUCOMPUTE_BINARY(>)
GPUCOMPUTE_BINARY(>=)
GPUCOMPUTE_BINARY(==)
GPUCOMPUTE_BINARY(!=)
#undef GPUCOMPUTE_BINARY

#define GPUCOMPUTE_UNARY(symbol)                            \
  template <detail::array_like T>                           \
  expression operator symbol(const T& a) {                  \
    return expression::operation(#symbol, {expression(a)}); \
  }
GPUCOMPUTE_UNARY(+)
GPUCOMPUTE_UNARY(-)
GPUCOMPUTE_UNARY(~)
#undef GPUCOMPUTE_UNARY

}  // namespace gpucompute
