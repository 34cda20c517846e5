// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <complex>
#include <functional>
#include <limits>
#include <map>
#include <span>
#include <stdexcept>
#include <vector>

#include <gpucompute/view.hpp>

#include "kernels/graph/graph.hpp"
#include "kernels/language/compile.hpp"
#include "tests/common/error_source.hpp"
#include "tests/common/scalar.hpp"

// Evaluates a graph node by node and element by element: no lowering, no kernels, no plan. Composite rows are evaluated
// by their texts; reductions by plain loops in long double, not by their rows.

namespace gpucompute::testing {

/// Every element of a value, in C order.
struct naive_value {
  dtype type = float64;
  dimensions shape;
  std::vector<graph::literal> elements;

  /// Element `at` of a larger space that this value is broadcast to.
  const graph::literal& broadcast_at(const dimensions& space, std::int64_t at) const {
    std::int64_t place = 0;
    std::int64_t stride = 1;
    for (std::size_t back = 1; back <= space.rank(); ++back) {
      const std::int64_t index = at % space[space.rank() - back];
      at /= space[space.rank() - back];
      if (back <= shape.rank()) {
        const std::int64_t extent = shape[shape.rank() - back];
        place += extent == 1 ? 0 : index * stride;
        stride *= extent;
      }
    }
    return elements[static_cast<std::size_t>(place)];
  }

  double number(std::size_t i) const {
    return from_bits<double>(scalar_cast(elements[i].low & low_mask(), component(type), float64));
  }
  std::complex<double> complex_number(std::size_t i) const {
    if (type == complex64) {
      return {static_cast<double>(from_bits<float>(elements[i].low & 0xffffffffU)),
              static_cast<double>(from_bits<float>(elements[i].low >> 32U))};
    }
    return type == complex128
               ? std::complex<double>{from_bits<double>(elements[i].low), from_bits<double>(elements[i].high)}
               : std::complex<double>{number(i), 0};
  }

 private:
  std::uint64_t low_mask() const { return type == complex64 ? 0xffffffffU : ~std::uint64_t{0}; }
};

class naive_evaluator {
 public:
  /// inputs: as program.inputs. errors: null for none.
  naive_evaluator(const graph::graph& nodes, std::vector<naive_value> inputs, error_source* errors = nullptr)
      : nodes_(nodes), inputs_(std::move(inputs)), errors_(errors) {}

  const naive_value& value(graph::node_id id) {
    if (const auto known = known_.find(id); known != known_.end()) {
      return known->second;
    }
    return known_[id] = compute(id);
  }

  /// The elements that a view looks at.
  static naive_value read(const void* data, const array_view& view) {
    naive_value made{view.type(), view.shape(), {}};
    const std::int64_t count = view.size();
    for (std::int64_t at = 0; at < count; ++at) {
      std::int64_t rest = at;
      const auto* place = static_cast<const char*>(data);
      for (std::size_t axis = view.rank(); axis-- > 0;) {
        place += rest % view.shape()[axis] * view.strides()[axis];
        rest /= view.shape()[axis];
      }
      char bytes[16] = {};
      std::memcpy(bytes, place, size_of(view.type()));
      graph::literal element;
      std::memcpy(&element.low, bytes, 8);
      std::memcpy(&element.high, bytes + 8, 8);
      made.elements.push_back(element);
    }
    return made;
  }

 private:
  static graph::literal make_complex(dtype type, std::uint64_t real, std::uint64_t imag) {
    return type == complex64 ? graph::literal{real | imag << 32U, 0} : graph::literal{real, imag};
  }
  static std::uint64_t lane(dtype type, const graph::literal& value, int which) {
    if (type == complex64) {
      return which == 0 ? value.low & 0xffffffffU : value.low >> 32U;
    }
    return which == 0 ? value.low : is_complex(type) ? value.high : 0;
  }

  static graph::literal cast(const graph::literal& value, dtype from, dtype to) {
    const std::uint64_t real = scalar_cast(lane(from, value, 0), component(from), component(to));
    if (!is_complex(to)) {
      return {to == bool_ && is_complex(from) ? real | scalar_cast(lane(from, value, 1), component(from), bool_) : real,
              0};
    }
    return make_complex(to, real,
                        is_complex(from) ? scalar_cast(lane(from, value, 1), component(from), component(to)) : 0);
  }

  static dimensions broadcast(const dimensions& a, const dimensions& b) {
    dimensions wide = a.rank() >= b.rank() ? a : b;
    const dimensions& narrow = a.rank() >= b.rank() ? b : a;
    for (std::size_t axis = 0; axis < narrow.rank(); ++axis) {
      std::int64_t& extent = wide[axis + wide.rank() - narrow.rank()];
      extent = extent == 1 ? narrow[axis] : extent;
    }
    return wide;
  }

  naive_value compute(graph::node_id id) {
    const graph::node& node = nodes_[id];
    switch (node.kind) {
      case graph::node_kind::input:
        return inputs_[node.index];
      case graph::node_kind::literal:
        return {node.type, {}, {node.value}};
      case graph::node_kind::cast: {
        naive_value made = value(node.args[0]);
        for (graph::literal& element : made.elements) {
          element = cast(element, made.type, node.type);
        }
        made.type = node.type;
        return made;
      }
      case graph::node_kind::apply:
        return apply(node);
      case graph::node_kind::reduce:
        return reduce(node, value(node.args[0]));
      case graph::node_kind::contract:
        break;  // matmul_tests.cpp has its own
    }
    throw std::logic_error("naive: a program without contractions");
  }

  naive_value apply(const graph::node& node) {
    std::vector<const naive_value*> args;
    naive_value made{node.type, {}, {}};
    for (std::size_t i = 0; i < node.arity; ++i) {
      args.push_back(&value(node.args[i]));
      made.shape = broadcast(made.shape, args.back()->shape);
    }
    const dtype compute = args.back()->type;
    const graph::lowering_rule& rule = graph::lowering_of(node.operation, compute);
    if (rule.how == graph::lowering::text) {
      graph::graph composite;
      constexpr std::string_view letters[] = {"a", "b", "c"};
      std::vector<language::bound_node> names;
      std::vector<naive_value> inputs;
      for (std::uint32_t i = 0; i < node.arity; ++i) {
        names.push_back({letters[i], composite.input(i, args[i]->type)});
        inputs.push_back(*args[i]);
      }
      const graph::node_id root = composite.cast(language::build_composite(composite, rule.text, names), node.type);
      naive_value inner = naive_evaluator(composite, inputs, errors_).value(root);
      for (std::int64_t at = 0; at < element_count(made.shape); ++at) {
        made.elements.push_back(inner.broadcast_at(made.shape, at));
      }
      return made;
    }
    for (std::int64_t at = 0; at < element_count(made.shape); ++at) {
      std::uint64_t bits[3] = {};
      for (std::size_t i = 0; i < node.arity; ++i) {
        bits[i] = args[i]->broadcast_at(made.shape, at).low;
      }
      if (rule.how == graph::lowering::structure) {
        const graph::literal first = args[0]->broadcast_at(made.shape, at);
        made.elements.push_back(
            node.operation == graph::op::complex
                ? make_complex(node.type, bits[0], bits[1])
                : graph::literal{lane(compute, first, node.operation == graph::op::imag ? 1 : 0), 0});
      } else {
        const std::uint64_t result = scalar_apply(node.operation, compute, bits);
        const bool inexact = errors_ != nullptr && rule.how == graph::lowering::library;
        made.elements.push_back({inexact ? errors_->library(node.operation, node.type, result) : result, 0});
      }
    }
    return made;
  }

  naive_value reduce(const graph::node& node, const naive_value& over);
  graph::literal reduce_group(const graph::node& node, const naive_value& over,
                              const std::vector<std::size_t>& members);
  /// `exact`, off by at most `size` in each part.
  std::complex<long double> off(std::complex<long double> exact, long double size) {
    return errors_ == nullptr ? exact
                              : exact + std::complex<long double>(errors_->move(static_cast<double>(size)),
                                                                  errors_->move(static_cast<double>(size)));
  }

  const graph::graph& nodes_;
  std::vector<naive_value> inputs_;
  error_source* errors_;
  std::map<graph::node_id, naive_value> known_;
};

inline naive_value naive_evaluator::reduce(const graph::node& node, const naive_value& over) {
  const graph::reduction_axes& axes = nodes_.axes(node.index);
  std::vector<bool> reduced(over.shape.rank(), axes.all);
  for (const int axis : axes.all ? std::vector<int>{} : axes.axes) {
    reduced[static_cast<std::size_t>(axis < 0 ? axis + static_cast<int>(over.shape.rank()) : axis)] = true;
  }
  naive_value made{node.type, {}, {}};
  dimensions kept;
  for (std::size_t axis = 0; axis < reduced.size(); ++axis) {
    if (!reduced[axis] || axes.keepdims) {
      made.shape.push_back(reduced[axis] ? 1 : over.shape[axis]);
    }
  }
  std::vector<std::vector<std::size_t>> groups(static_cast<std::size_t>(element_count(made.shape)));
  for (std::size_t at = 0; at < over.elements.size(); ++at) {
    std::size_t rest = at;
    std::size_t group = 0;
    std::size_t stride = 1;
    for (std::size_t axis = reduced.size(); axis-- > 0;) {
      const auto extent = static_cast<std::size_t>(over.shape[axis]);
      if (!reduced[axis]) {
        group += rest % extent * stride;
        stride *= extent;
      }
      rest /= extent;
    }
    groups[group].push_back(at);
  }
  for (const std::vector<std::size_t>& members : groups) {
    made.elements.push_back(reduce_group(node, over, members));
  }
  return made;
}

inline graph::literal naive_evaluator::reduce_group(const graph::node& node, const naive_value& over,
                                                    const std::vector<std::size_t>& members) {
  using wide = std::complex<long double>;
  const std::string_view name = graph::row(node.reducer).name;
  const auto number = [&over](std::size_t at) { return wide(over.complex_number(at)); };
  const auto count = static_cast<long double>(members.size());
  // Most additions that an element takes part in (kernels/reduce/tree.hpp), and what each rounds by.
  const long double roundings = std::min(count, 4096.0L) + 6 + std::log2(std::max(count / 4096, 1.0L));
  constexpr long double unit = std::numeric_limits<double>::epsilon() / 2;
  const auto stored = [&node](wide result) {
    const dtype type = component(node.type);
    const auto bits = [type](long double part) {
      return scalar_cast(to_bits(static_cast<double>(part)), float64, type);
    };
    return is_complex(node.type) ? make_complex(node.type, bits(result.real()), bits(result.imag()))
                                 : graph::literal{bits(result.real()), 0};
  };
  if (name == "sum" || name == "prod" || name == "mean") {
    if (is_integer(node.type)) {
      std::uint64_t sum = name == "sum" ? 0 : 1;
      for (const std::size_t at : members) {
        const std::uint64_t element = scalar_cast(over.elements[at].low, over.type, node.type);
        sum = name == "sum" ? sum + element : sum * element;
      }
      return {sum, 0};
    }
    wide sum = name == "prod" ? 1 : 0;
    long double sizes = 0;
    long double up = 0, down = 0;  // how far a product of some of them can go, in powers of e
    for (const std::size_t at : members) {
      // Real numbers are multiplied as such: a complex product makes other zeros of them.
      sum = name != "prod"          ? sum + number(at)
            : is_complex(over.type) ? sum * number(at)
                                    : wide(sum.real() * number(at).real());
      const long double size = std::abs(number(at));
      sizes += size;
      (size > 1 ? up : down) += size > 0 && std::isfinite(size) ? std::abs(std::log(size)) : 0;
    }
    constexpr double range = 700;  // of double, about
    if (name == "prod" && errors_ != nullptr && (up > range || down > range)) {
      return stored(
          errors_->anything());  // the order decides whether it overflows, and whether a zero meets an infinity
    }
    // Complex products round twice in each part.
    sum = off(sum, name == "prod" ? 4 * count * unit * std::abs(sum) : roundings * unit * sizes);
    return stored(name == "mean" ? sum / count : sum);
  }
  if (name == "var" || name == "std") {
    wide mean = 0;
    for (const std::size_t at : members) {
      mean += number(at) / count;
    }
    long double squares = 0;
    for (const std::size_t at : members) {
      squares += std::norm(number(at) - mean);
    }
    squares = std::abs(off(squares, 8 * roundings * unit * squares).real());
    const long double variance =
        squares / std::max(count - static_cast<long double>(nodes_.axes(node.index).ddof), 0.0L);
    return stored(name == "var" ? variance : std::sqrt(variance));
  }
  if (name == "any" || name == "all" || name == "count_nonzero") {
    std::uint64_t nonzero = 0;
    for (const std::size_t at : members) {
      nonzero += number(at) != wide(0) ? 1 : 0;
    }
    return {name == "any" ? to_bits(nonzero != 0) : name == "all" ? to_bits(nonzero == members.size()) : nonzero, 0};
  }
  std::size_t best = 0;
  const bool smallest = name == "min" || name == "argmin";
  const auto below = [&](std::size_t a, std::size_t b) {
    const std::uint64_t bits[] = {over.elements[a].low, over.elements[b].low};
    return scalar_apply(graph::op::less, over.type, bits) != 0;
  };
  for (std::size_t i = 1; i < members.size(); ++i) {
    const bool was_nan = std::isnan(number(members[best]).real());
    const bool better = smallest ? below(members[i], members[best]) : below(members[best], members[i]);
    best = !was_nan && (better || std::isnan(number(members[i]).real())) ? i : best;
  }
  return name.starts_with("arg") ? graph::literal{best, 0} : over.elements[members[best]];
}

}  // namespace gpucompute::testing
