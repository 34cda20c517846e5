// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/codegen/scalar_oracle.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <string>
#include <type_traits>

#include "kernels/reduce/tree.hpp"

namespace gpucompute::tests {

namespace {

template <typename T>
T from_bits(std::uint64_t bits) {
  if constexpr (std::is_same_v<T, bool>) return (bits & 0xff) != 0;
  T value;
  std::memcpy(&value, &bits, sizeof value);
  return value;
}

template <typename T>
std::uint64_t to_bits(T value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof value);
  return bits;
}

/// Calls f with a value of the C++ type of a real dtype.
template <typename F>
auto with_type(dtype type, F f) {
  switch (type) {
    case bool_:
      return f(bool{});
    case int8:
      return f(std::int8_t{});
    case int16:
      return f(std::int16_t{});
    case int32:
      return f(std::int32_t{});
    case int64:
      return f(std::int64_t{});
    case uint8:
      return f(std::uint8_t{});
    case uint16:
      return f(std::uint16_t{});
    case uint32:
      return f(std::uint32_t{});
    case uint64:
      return f(std::uint64_t{});
    case float32:
      return f(float{});
    default:
      return f(double{});
  }
}

template <typename T>
std::uint64_t real_primitive(const std::string& name, T a, T b, T c) {
  const auto extremum = [&](bool larger) {
    if (std::isnan(a) || std::isnan(b)) return std::numeric_limits<T>::quiet_NaN();
    if (a == b) return std::signbit(a) == larger ? b : a;
    return (a < b) == larger ? b : a;
  };
  if (name == "add") return to_bits(a + b);
  if (name == "subtract") return to_bits(a - b);
  if (name == "multiply") return to_bits(a * b);
  if (name == "divide") return to_bits(a / b);
  if (name == "negative") return to_bits(-a);
  if (name == "fma") return to_bits(std::fma(a, b, c));
  if (name == "abs") return to_bits(std::fabs(a));
  if (name == "copysign") return to_bits(std::copysign(a, b));
  if (name == "maximum") return to_bits(extremum(true));
  if (name == "minimum") return to_bits(extremum(false));
  if (name == "floor") return to_bits(std::floor(a));
  if (name == "ceil") return to_bits(std::ceil(a));
  if (name == "trunc") return to_bits(std::trunc(a));
  if (name == "rint") return to_bits(std::rint(a));
  if (name == "sqrt") return to_bits(std::sqrt(a));
  throw std::logic_error("the oracle has no " + name + " of reals");
}

template <typename T>
std::uint64_t integer_primitive(const std::string& name, T a, T b) {
  using U = std::make_unsigned_t<T>;
  constexpr int width = std::numeric_limits<U>::digits;
  const auto wrapped = [](std::uint64_t value) { return to_bits(static_cast<T>(static_cast<U>(value))); };
  const auto ua = static_cast<std::uint64_t>(a), ub = static_cast<std::uint64_t>(b);
  const bool shiftable = b >= 0 && static_cast<std::uint64_t>(b) < static_cast<std::uint64_t>(width);
  const T fill = std::is_signed_v<T> && a < 0 ? static_cast<T>(-1) : T{0};
  if (name == "add") return wrapped(ua + ub);
  if (name == "subtract") return wrapped(ua - ub);
  if (name == "multiply") return wrapped(ua * ub);
  if (name == "negative") return wrapped(0 - ua);
  if (name == "abs") return std::is_signed_v<T> && a < 0 ? wrapped(0 - ua) : to_bits(a);
  if (name == "maximum") return to_bits(a < b ? b : a);
  if (name == "minimum") return to_bits(a < b ? a : b);
  if (name == "bitwise_and") return wrapped(ua & ub);
  if (name == "bitwise_or") return wrapped(ua | ub);
  if (name == "bitwise_xor") return wrapped(ua ^ ub);
  if (name == "invert") return wrapped(~ua);
  if (name == "left_shift") return shiftable ? wrapped(ua << ub) : to_bits(T{0});
  if (name == "right_shift") return to_bits(shiftable ? static_cast<T>(a >> b) : fill);
  if (name == "popcount") return static_cast<std::uint64_t>(std::popcount(static_cast<U>(a)));
  const bool minus_one = std::is_signed_v<T> && b == static_cast<T>(-1);
  if (name == "divide_truncated") {
    return b == 0 ? 0 : minus_one ? wrapped(0 - ua) : to_bits(static_cast<T>(a / b));
  }
  if (name == "remainder_truncated") return b == 0 || minus_one ? 0 : to_bits(static_cast<T>(a % b));
  throw std::logic_error("the oracle has no " + name + " of integers");
}

template <typename T>
bool compare(const std::string& name, T a, T b) {
  if (name == "equal") return a == b;
  if (name == "not_equal") return a != b;
  if (name == "less") return a < b;
  if (name == "less_equal") return a <= b;
  if (name == "greater") return a > b;
  return a >= b;
}

bool is_comparison(const std::string& name) {
  return name == "equal" || name == "not_equal" || name == "less" || name == "less_equal" || name == "greater" ||
         name == "greater_equal";
}

bool bool_primitive(const std::string& name, bool a, bool b) {
  if (name == "bitwise_and") return a && b;
  if (name == "bitwise_or") return a || b;
  if (name == "bitwise_xor") return a != b;
  if (name == "invert") return !a;
  throw std::logic_error("the oracle has no " + name + " of bool");
}

}  // namespace

dtype primitive_result(graph::op operation, dtype type) {
  const std::string name(graph::row(operation).name);
  return is_comparison(name) ? bool_ : name == "popcount" ? uint8 : type;
}

std::uint64_t apply_primitive(graph::op operation, dtype type, std::uint64_t x, std::uint64_t y, std::uint64_t z) {
  const std::string name(graph::row(operation).name);
  if (name == "where") return (x & 0xff) != 0 ? y : z;
  return with_type(type, [&](auto example) -> std::uint64_t {
    using T = decltype(example);
    if (is_comparison(name)) return compare(name, from_bits<T>(x), from_bits<T>(y));
    if constexpr (std::is_same_v<T, bool>) {
      return bool_primitive(name, from_bits<bool>(x), from_bits<bool>(y));
    } else if constexpr (std::is_floating_point_v<T>) {
      return real_primitive<T>(name, from_bits<T>(x), from_bits<T>(y), from_bits<T>(z));
    } else {
      return integer_primitive<T>(name, from_bits<T>(x), from_bits<T>(y));
    }
  });
}

std::uint64_t cast_element(std::uint64_t bits, dtype from, dtype to) {
  return with_type(from, [&](auto source) {
    using From = decltype(source);
    const From value = from_bits<From>(bits);
    return with_type(to, [&](auto target) -> std::uint64_t {
      using To = decltype(target);
      if constexpr (std::is_same_v<To, bool>) {
        return to_bits(value != 0);
      } else if constexpr (std::is_floating_point_v<From> && std::is_integral_v<To>) {
        if (std::isnan(value)) return 0;
        const auto x = static_cast<long double>(value);
        if (x <= static_cast<long double>(std::numeric_limits<To>::min()))
          return to_bits(std::numeric_limits<To>::min());
        if (x >= static_cast<long double>(std::numeric_limits<To>::max()))
          return to_bits(std::numeric_limits<To>::max());
        return to_bits(static_cast<To>(value));
      } else {
        return to_bits(static_cast<To>(value));
      }
    });
  });
}

std::vector<std::uint64_t> run_scalar(const lower::program& code,
                                      const std::function<std::uint64_t(const lower::instruction&)>& leaf) {
  std::vector<std::uint64_t> values;
  for (const lower::instruction& step : code.body) {
    if (step.code == lower::opcode::constant) {
      values.push_back(step.bits);
    } else if (step.code == lower::opcode::cast) {
      values.push_back(cast_element(values[step.args[0]], code.body[step.args[0]].type, step.type));
    } else if (step.code == lower::opcode::apply) {
      const dtype type = code.body[step.args[step.arity - 1u]].type;
      const auto argument = [&](std::size_t j) { return j < step.arity ? values[step.args[j]] : 0; };
      values.push_back(apply_primitive(step.operation, type, argument(0), argument(1), argument(2)));
    } else {
      values.push_back(leaf(step));
    }
  }
  std::vector<std::uint64_t> results;
  for (const lower::value result : code.results) results.push_back(values[result]);
  return results;
}

states identities(const lower::kernel& kernel) {
  states made;
  for (const auto& reducer : kernel.reducers)
    made.insert(made.end(), reducer.identities.begin(), reducer.identities.end());
  return made;
}

states combine(const lower::kernel& kernel, const states& left, const states& right) {
  states made;
  for (const auto& reducer : kernel.reducers) {
    const std::size_t first = made.size();
    const auto merged = run_scalar(reducer.combine, [&](const lower::instruction& step) {
      return (step.lane == 0 ? left : right)[first + step.index];
    });
    made.insert(made.end(), merged.begin(), merged.end());
  }
  return made;
}

states reduce_leaf(const lower::kernel& kernel, const std::vector<states>& lifted) {
  if (kernel.schedule == lower::schedule::reduce_outer) {
    states state = identities(kernel);
    for (const states& each : lifted) state = combine(kernel, state, each);
    return state;
  }
  std::vector<states> lane(reduce::lanes, identities(kernel));
  for (std::size_t i = 0; i < lifted.size(); ++i) {
    lane[i % reduce::lanes] = combine(kernel, lane[i % reduce::lanes], lifted[i]);
  }
  for (std::size_t h = reduce::lanes / 2; h > 0; h /= 2) {
    for (std::size_t j = 0; j < h; ++j) lane[j] = combine(kernel, lane[j], lane[j + h]);
  }
  return lane[0];
}

bool same(std::uint64_t a, std::uint64_t b, dtype type) {
  if (a == b) return true;
  if (type == float32) return std::isnan(from_bits<float>(a)) && std::isnan(from_bits<float>(b));
  if (type == float64) return std::isnan(from_bits<double>(a)) && std::isnan(from_bits<double>(b));
  return false;
}

}  // namespace gpucompute::tests
