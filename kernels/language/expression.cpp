// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <optional>
#include <unordered_map>

#include <gpucompute/error.hpp>
#include <gpucompute/expression.hpp>
#include <gpucompute/functions.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/checks.hpp"
#include "kernels/array/digits.hpp"
#include "kernels/language/diagnostics.hpp"
#include "kernels/language/grammar.hpp"
#include "kernels/language/token.hpp"

namespace gpucompute {

/// A leaf (an array, or a number as text) or an operation. Chains may be long, so nothing here recurses.
class expression::node {
 public:
  enum class form { leaf, number, weak, call, operation };
  form kind = form::number;
  std::string text;      ///< number: itself; call and operation: name or symbol
  std::string keywords;  ///< of a call
  std::vector<std::shared_ptr<const node>> operands;
  array_view view;
  std::shared_ptr<const void> owner;
  std::complex<double> value;

  node() = default;
  node(const node&) = delete;
  node& operator=(const node&) = delete;
  /// Takes apart what it alone owns, in a list that runs through the nodes themselves: there may be no memory.
  ~node() {
    std::shared_ptr<const node> dying;
    take_operands(*this, dying);
    while (dying) {
      const std::shared_ptr<const node> first = std::move(dying);
      dying = std::move(first->next_);
      take_operands(*first, dying);
    }
  }

 private:
  static void take_operands(const node& from, std::shared_ptr<const node>& dying) {
    // The only owner may take it apart.
    for (std::shared_ptr<const node>& operand : const_cast<node&>(from).operands) {
      const std::shared_ptr<const node> below = std::move(operand);
      if (below.use_count() == 1) {
        below->next_ = std::move(dying);
        dying = below;
      }
    }
  }

  mutable std::shared_ptr<const node> next_;
};

namespace {

using node = expression::node;

std::string decimal(double value) {
  if (std::isnan(value)) {
    return "nan";
  }
  if (std::isinf(value)) {
    return value < 0 ? "(-inf)" : "inf";
  }
  const std::string text = python_digits(value);
  return std::signbit(value) ? "(" + text + ")" : text;
}

std::string shown(std::string_view text) {
  return language::excerpt(text, {0, static_cast<std::uint32_t>(text.size())});
}

void require(bool filled) {
  if (!filled) {
    throw invalid_argument("expression: expected an operand, got a moved-from expression");
  }
}

void require_operator(std::string_view symbol, std::size_t operands) {
  const bool known =
      operands == 1 ? symbol == "+" || symbol == "-" || symbol == "~"
      : operands == 2
          ? symbol == "**" || std::any_of(language::binary_operators.begin(), language::binary_operators.end(),
                                          [symbol](const auto& each) { return each.text == symbol; })
          : false;
  if (!known) {
    throw invalid_argument("expression: expected an operator of the language with " + std::to_string(operands) +
                           (operands == 1 ? " operand" : " operands") + ", got `" + shown(symbol) + "`");
  }
}

/// Nothing but `, name=value` after the operands: no text that ends the call.
void require_keywords(std::string_view keywords) {
  int depth = 0;
  bool closed = false;
  const bool plain = std::all_of(keywords.begin(), keywords.end(), [&](char c) {
    depth += c == '(' ? 1 : c == ')' ? -1 : 0;
    closed = closed || depth < 0;
    return language::is_name(std::string_view(&c, 1)) || (c >= '0' && c <= '9') ||
           std::string_view(" ,=.()+-").find(c) != std::string_view::npos;
  });
  if (!plain || closed || depth != 0 || !(keywords.empty() || keywords.starts_with(','))) {
    throw invalid_argument("expression: expected keywords as in `, axis=0, keepdims=True`, got `" + shown(keywords) +
                           "`");
  }
}

bool same_data(const array_view& a, const array_view& b) {
  return a.data() == b.data() && a.type() == b.type() && a.shape() == b.shape() && a.strides() == b.strides();
}

class renderer {
 public:
  expression::rendered run(const node& root) {
    order(root);
    for (const node* n : order_) {
      const bool named = n != &root && !n->operands.empty() && (uses_[n] > 1 || depth_of(*n) >= deepest);
      std::string text = text_of(*n);
      int depth = depth_of(*n);
      if (named) {
        const std::string name = "t" + std::to_string(locals_++);
        out_.text += name + " = ";
        out_.text += text + "; ";
        text = name;
        depth = 0;
      }
      done_.insert_or_assign(n, part{std::move(text), depth});
    }
    out_.text += done_.at(&root).text;
    return std::move(out_);
  }

 private:
  /// Nesting at which a local name starts anew; the language allows more.
  static constexpr int deepest = 50;

  struct part {
    std::string text;
    int depth;
  };

  /// Every node once, operands first; counts how often each is an operand.
  void order(const node& root) {
    std::vector<std::pair<const node*, bool>> stack{{&root, false}};
    while (!stack.empty()) {
      const auto [n, ready] = stack.back();
      stack.pop_back();
      if (ready) {
        order_.push_back(n);
        continue;
      }
      if (uses_[n]++ > 0) {
        continue;
      }
      stack.push_back({n, true});
      std::for_each(n->operands.rbegin(), n->operands.rend(), [&](const auto& below) {
        stack.push_back({below.get(), false});
      });
    }
  }

  int depth_of(const node& n) const {
    int depth = 0;
    for (const auto& below : n.operands) {
      depth = std::max(depth, 1 + done_.at(below.get()).depth);
    }
    return depth;
  }

  std::string text_of(const node& n) {
    switch (n.kind) {
      case node::form::number:
        return n.text;
      case node::form::weak:
        return argument(argument_value(weak_scalar{n.value}));
      case node::form::leaf:
        return leaf(n);
      case node::form::call:
      case node::form::operation:
        break;
    }
    const bool call = n.kind == node::form::call;
    std::string text = call ? n.text + "(" : "(";
    if (n.operands.size() == 1 && !call) {
      text += n.text;
    }
    for (std::size_t i = 0; i < n.operands.size(); ++i) {
      text += i == 0 ? "" : call ? ", " : " " + n.text + " ";
      text += done_.at(n.operands[i].get()).text;
    }
    return text + n.keywords + ")";
  }

  std::string leaf(const node& n) {
    const auto [first, last] = leaves_.equal_range(n.view.data());
    for (auto known = first; known != last; ++known) {
      if (same_data(out_.values[known->second].view(), n.view)) {
        return out_.names[known->second];
      }
    }
    leaves_.emplace(n.view.data(), out_.values.size());
    return argument(argument_value(n.view));
  }

  std::string argument(const argument_value& value) {
    out_.names.push_back("v" + std::to_string(out_.names.size()));
    out_.values.push_back(value);
    return out_.names.back();
  }

  expression::rendered out_;
  std::vector<const node*> order_;
  std::unordered_map<const node*, int> uses_;
  std::unordered_map<const node*, part> done_;
  std::unordered_multimap<const void*, std::size_t> leaves_;  ///< by address: positions in out_.values
  int locals_ = 0;
};

}  // namespace

expression::number::number(bool value) : text(value ? "True" : "False") {}
expression::number::number(double value) try : text(decimal(value)) {
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
expression::number::number(std::int64_t value, int) try
    : text(value < 0 ? "(" + std::to_string(value) + ")" : std::to_string(value)) {
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}
expression::number::number(std::uint64_t value, unsigned) try : text(std::to_string(value)) {
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression::expression(const array& source) : expression(array_view(source), source.memory()) {}

expression::expression(const array_view& view, std::shared_ptr<const void> owner) try {
  const auto leaf = std::make_shared<node>();
  leaf->kind = node::form::leaf;
  leaf->view = view;
  leaf->owner = std::move(owner);
  root_ = leaf;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression::expression(const number& value) try {
  const auto leaf = std::make_shared<node>();
  leaf->text = value.text;
  root_ = leaf;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression::expression(std::complex<double> value) try {
  const auto leaf = std::make_shared<node>();
  leaf->kind = node::form::weak;
  leaf->value = value;
  root_ = leaf;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression::expression(bool call, std::string_view text, std::initializer_list<expression> operands,
                       std::string_view keywords) try {
  if (!call) {
    require_operator(text, operands.size());
  } else if (!language::is_name(text)) {
    throw invalid_argument("expression: expected the name of a function, got `" + shown(text) + "`");
  }
  require_keywords(keywords);
  const auto made = std::make_shared<node>();
  made->kind = call ? node::form::call : node::form::operation;
  made->text = text;
  made->keywords = keywords;
  for (const expression& operand : operands) {
    require(operand.root_ != nullptr);
    made->operands.push_back(operand.root_);
  }
  root_ = made;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression expression::call(std::string_view name, std::initializer_list<expression> operands,
                            std::string_view keywords) {
  return {true, name, operands, keywords};
}

expression expression::operation(std::string_view symbol, std::initializer_list<expression> operands) {
  return {false, symbol, operands, {}};
}

expression::rendered expression::render() const try {
  require(root_ != nullptr);
  return renderer().run(*root_);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

expression cast(const expression& a, dtype type) {
  require_dtype("cast", type);
  return expression::call(name(type), {a});
}

std::string detail::keywords(const reduction_options& options) try {
  std::string text;
  if (!options.axis.all()) {
    const std::vector<int>& axes = options.axis.axes();
    text += ", axis=(";
    for (std::size_t i = 0; i < axes.size(); ++i) {
      text += (i == 0 ? "" : ", ") + std::to_string(axes[i]);
    }
    text += ")";
  }
  text += options.keepdims ? ", keepdims=True" : "";
  return options.ddof != 0 ? text + ", ddof=" + decimal(options.ddof) : text;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
