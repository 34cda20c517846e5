// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <bit>
#include <cmath>
#include <complex>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <vector>

#include "kernels/graph/graph.hpp"
#include "kernels/language/compile.hpp"

// One element of a graph, by the host's <cmath>: what the texts of ops.def mean, apart from any emitter.

namespace gpucompute::graph {

/// An element of any dtype: floats and complex in `number` (rounded to their type), the rest in `integer`.
struct datum {
  dtype type = float64;
  std::complex<double> number = 0;
  std::int64_t integer = 0;
};

class scalar_machine {
 public:
  scalar_machine(graph& nodes, std::vector<datum> inputs) : nodes_(nodes), inputs_(std::move(inputs)) {}

  datum run(node_id id) {
    if (const auto known = done_.find(id); known != done_.end()) {
      return known->second;
    }
    const datum result = compute(id);
    done_.emplace(id, result);
    return result;
  }

 private:
  static datum whole(dtype type, std::int64_t value) {
    switch (type) {
      case int8:
        return {type, 0, static_cast<std::int8_t>(value)};
      case int16:
        return {type, 0, static_cast<std::int16_t>(value)};
      case int32:
        return {type, 0, static_cast<std::int32_t>(value)};
      case uint8:
        return {type, 0, static_cast<std::uint8_t>(value)};
      case uint16:
        return {type, 0, static_cast<std::uint16_t>(value)};
      case uint32:
        return {type, 0, static_cast<std::uint32_t>(value)};
      default:
        return {type, 0, value};
    }
  }
  static datum real(dtype type, double value) {
    return {type, type == float32 ? static_cast<double>(static_cast<float>(value)) : value, 0};
  }
  static bool is_number(dtype type) { return is_floating(type) || is_complex(type); }
  static double as_double(const datum& d) {
    return is_number(d.type)  ? d.number.real()
           : d.type == uint64 ? static_cast<double>(static_cast<std::uint64_t>(d.integer))
                              : static_cast<double>(d.integer);
  }

  static datum cast(const datum& d, dtype to) {
    if (is_complex(to)) {
      const dtype part = component(to);
      return {to, {real(part, as_double(d)).number.real(), real(part, d.number.imag()).number.real()}, 0};
    }
    if (is_floating(to)) {
      return real(to, as_double(d));
    }
    if (is_number(d.type)) {
      return to == bool_ ? datum{to, 0, d.number != 0.0} : whole(to, static_cast<std::int64_t>(d.number.real()));
    }
    return to == bool_ ? datum{to, 0, d.integer != 0} : whole(to, d.integer);
  }

  datum literal_of(const node& n) {
    const auto part = [&](std::uint64_t bits) {
      return component(n.type) == float32 ? static_cast<double>(std::bit_cast<float>(static_cast<std::uint32_t>(bits)))
                                          : std::bit_cast<double>(bits);
    };
    if (n.type == complex64) {
      return {n.type, {part(n.value.low), part(n.value.low >> 32U)}, 0};
    }
    if (n.type == complex128) {
      return {n.type, {part(n.value.low), part(n.value.high)}, 0};
    }
    return is_floating(n.type) ? datum{n.type, part(n.value.low), 0}
                               : whole(n.type, static_cast<std::int64_t>(n.value.low));
  }

  datum compute(node_id id) {
    const node n = nodes_[id];
    switch (n.kind) {
      case node_kind::input:
        return inputs_[n.index];
      case node_kind::literal:
        return literal_of(n);
      case node_kind::cast:
        return cast(run(n.args[0]), n.type);
      case node_kind::apply:
        return apply(n);
      case node_kind::reduce:
        break;
    }
    throw std::logic_error("no reductions");
  }

  datum apply(const node& n) {
    const dtype type = nodes_[n.args[n.arity - 1U]].type;
    const lowering_rule& how = lowering_of(n.operation, type);
    if (how.how == lowering::text) {
      const std::array<language::bound_node, 3> names{{{"a", n.args[0]}, {"b", n.args[1]}, {"c", n.args[2]}}};
      return cast(run(language::build_composite(nodes_, how.text, std::span(names).first(n.arity))), n.type);
    }
    std::array<datum, 3> args;
    for (std::size_t i = 0; i < n.arity; ++i) {
      args[i] = run(n.args[i]);
    }
    switch (n.operation) {
      case op::where:
        return args[0].integer != 0 ? args[1] : args[2];
      case op::complex:
        return {n.type, {args[0].number.real(), args[1].number.real()}, 0};
      case op::real:
        return real(n.type, args[0].number.real());
      case op::imag:
        return real(n.type, args[0].number.imag());
      default:
        break;
    }
    if (is_floating(type)) {
      const double value = type == float32 ? floating<float>(n.operation, args) : floating<double>(n.operation, args);
      return n.type == bool_ ? datum{bool_, 0, value != 0} : real(n.type, value);
    }
    return type == uint64 ? integer<std::uint64_t>(n, args) : integer<std::int64_t>(n, args);
  }

  template <typename T>
  static T exact_maximum(T a, T b) {
    return a != a || b != b ? a + b : a > b || (a == b && !std::signbit(a)) ? a : b;
  }

  template <typename T>
  static double floating(op operation, const std::array<datum, 3>& args) {
    const auto a = static_cast<T>(args[0].number.real());
    const auto b = static_cast<T>(args[1].number.real());
    switch (operation) {
      case op::add:
        return a + b;
      case op::subtract:
        return a - b;
      case op::multiply:
        return a * b;
      case op::divide:
        return a / b;
      case op::negative:
        return -a;
      case op::abs:
        return std::fabs(a);
      case op::copysign:
        return std::copysign(a, b);
      case op::maximum:
        return exact_maximum(a, b);
      case op::minimum:
        return -exact_maximum(-a, -b);
      case op::floor:
        return std::floor(a);
      case op::ceil:
        return std::ceil(a);
      case op::trunc:
        return std::trunc(a);
      case op::rint:
        return std::nearbyint(a);
      case op::equal:
        return a == b;
      case op::not_equal:
        return a != b;
      case op::less:
        return a < b;
      case op::less_equal:
        return a <= b;
      case op::greater:
        return a > b;
      case op::greater_equal:
        return a >= b;
      case op::sqrt:
        return std::sqrt(a);
      case op::fma:
        return std::fma(a, b, static_cast<T>(args[2].number.real()));
      case op::fmod:
        return std::fmod(a, b);
      case op::hypot:
        return std::hypot(a, b);
      case op::power:
        return std::pow(a, b);
      case op::exp:
        return std::exp(a);
      case op::exp2:
        return std::exp2(a);
      case op::expm1:
        return std::expm1(a);
      case op::log:
        return std::log(a);
      case op::log1p:
        return std::log1p(a);
      case op::sin:
        return std::sin(a);
      case op::cos:
        return std::cos(a);
      case op::tan:
        return std::tan(a);
      case op::sinh:
        return std::sinh(a);
      case op::cosh:
        return std::cosh(a);
      case op::arctan2:
        return std::atan2(a, b);
      case op::log_hypot:
        return log_hypot(a, b);
      default:
        throw std::logic_error("no float " + std::string(row(operation).name));
    }
  }

  /// In long double, which is wide enough for float64 near the unit circle.
  template <typename T>
  static double log_hypot(T a, T b) {
    const auto x = static_cast<long double>(std::fmax(std::fabs(a), std::fabs(b)));
    const auto y = static_cast<long double>(std::fmin(std::fabs(a), std::fabs(b)));
    if (std::isinf(x)) {
      return std::numeric_limits<double>::infinity();
    }
    if (std::isnan(a) || std::isnan(b)) {
      return std::numeric_limits<double>::quiet_NaN();
    }
    const bool near_one = x < 2 && y < 2 && x + y > 0.5L;
    return static_cast<double>(near_one ? 0.5L * std::log1p((x - 1) * (x + 1) + y * y) : std::log(std::hypot(x, y)));
  }

  template <typename T>
  static datum integer(const node& n, const std::array<datum, 3>& args) {
    const auto a = static_cast<T>(args[0].integer);
    const auto b = static_cast<T>(args[1].integer);
    const auto wrapped = [&](std::uint64_t value) { return whole(n.type, static_cast<std::int64_t>(value)); };
    const auto ua = static_cast<std::uint64_t>(a);
    const auto ub = static_cast<std::uint64_t>(b);
    const bool minus_one = std::is_signed_v<T> && b == static_cast<T>(-1);
    switch (n.operation) {
      case op::add:
        return wrapped(ua + ub);
      case op::subtract:
        return wrapped(ua - ub);
      case op::multiply:
        return wrapped(ua * ub);
      case op::negative:
        return wrapped(0 - ua);
      case op::abs:
        return wrapped(a < 0 ? 0 - ua : ua);
      case op::divide_truncated:
        return wrapped(b == 0 ? 0 : minus_one ? 0 - ua : static_cast<std::uint64_t>(a / b));
      case op::remainder_truncated:
        return wrapped(b == 0 || minus_one ? 0 : static_cast<std::uint64_t>(a % b));
      case op::bitwise_and:
        return wrapped(ua & ub);
      case op::bitwise_or:
        return wrapped(ua | ub);
      case op::bitwise_xor:
        return wrapped(ua ^ ub);
      case op::invert:
        return n.type == bool_ ? datum{bool_, 0, a == 0} : wrapped(~ua);
      case op::equal:
        return {bool_, 0, a == b};
      case op::not_equal:
        return {bool_, 0, a != b};
      case op::less:
        return {bool_, 0, a < b};
      case op::less_equal:
        return {bool_, 0, a <= b};
      case op::greater:
        return {bool_, 0, a > b};
      case op::greater_equal:
        return {bool_, 0, a >= b};
      default:
        throw std::logic_error("no integer " + std::string(row(n.operation).name));
    }
  }

  graph& nodes_;
  std::vector<datum> inputs_;
  std::map<node_id, datum> done_;
};

}  // namespace gpucompute::graph
