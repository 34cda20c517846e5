// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <optional>

#include "kernels/language/diagnostics.hpp"
#include "kernels/language/grammar.hpp"
#include "kernels/language/limits.hpp"
#include "kernels/language/token.hpp"
#include "kernels/language/tree.hpp"

namespace gpucompute::language {
namespace {

using graph::op;

class parser {
 public:
  explicit parser(std::string_view text) : tokens_(tokenize(text)) { out_.text = text; }

  tree run() {
    while (true) {
      while (now().kind == token_kind::separator) {
        ++at_;
      }
      if (now().kind == token_kind::end) {
        break;
      }
      one_statement();
    }
    if (out_.statements.empty()) {
      refuse("expected an expression, got nothing", now().where);
    }
    require_values_used();
    return std::move(out_);
  }

 private:
  const token& now() const { return tokens_[at_]; }
  const token& ahead() const { return tokens_[std::min(at_ + 1, tokens_.size() - 1)]; }

  [[noreturn]] void refuse(const std::string& message, source_span where) const {
    fail<syntax_error>("expression: " + message, out_.text, where);
  }

  /// Refuses a token that is in the list, with its hint.
  void refuse_listed(std::span<const refused_word> list, const token& t, const std::string& before = {}) const {
    for (const refused_word& word : list) {
      if (word.word == t.text) {
        refuse(before + std::string(word.hint), t.where);
      }
    }
  }

  [[noreturn]] void unexpected(const std::string& expected) const {
    const token& t = now();
    if (t.kind == token_kind::name) {
      refuse_listed(refused_words, t);
    }
    if (t.kind == token_kind::operation) {
      refuse_listed(refused_operators, t);
    }
    const std::string got = t.kind == token_kind::end         ? "the end"
                            : t.kind == token_kind::separator ? "the end of the statement"
                                                              : "`" + std::string(t.text.substr(0, 24)) + "`";
    refuse("expected " + expected + ", got " + got, t.where);
  }

  std::uint32_t add(tree_node node) {
    if (out_.nodes.size() == max_tree_nodes) {
      throw invalid_argument("expression: expected at most " + std::to_string(max_tree_nodes) +
                             " operations and operands");
    }
    out_.nodes.push_back(std::move(node));
    return static_cast<std::uint32_t>(out_.nodes.size() - 1);
  }

  source_span where(std::uint32_t node) const { return out_.nodes[node].where; }

  void one_statement() {
    statement s;
    if (now().kind == token_kind::name && ahead().kind == token_kind::assign) {
      s.name = now().where;
      require_new_name(now());
      at_ += 2;
    }
    s.value = expression();
    if (now().kind == token_kind::assign) {
      refuse(s.name.end != 0 ? "expected one `=` in a statement" : "expected a name before `=`", now().where);
    }
    if (now().kind != token_kind::separator && now().kind != token_kind::end) {
      unexpected("an operator or the end of the statement");
    }
    out_.statements.push_back(s);
  }

  void require_new_name(const token& name) const {
    if (is_constant(name.text)) {
      refuse("expected a new name before `=`, got the constant " + std::string(name.text), name.where);
    }
    refuse_listed(refused_words, name);
  }

  void require_values_used() const {
    for (std::size_t i = 0; i + 1 < out_.statements.size(); ++i) {
      if (out_.statements[i].name.end == 0) {
        refuse("expected `name = ` before every statement but the last, since its value is lost otherwise",
               where(out_.statements[i].value));
      }
    }
  }

  /// Every nesting passes through unary(), which holds one.
  class deeper {
   public:
    explicit deeper(parser& owner) : owner_(owner) {
      if (++owner_.depth_ > max_depth) {
        owner_.refuse("expected nesting of at most " + std::to_string(max_depth), owner_.now().where);
      }
    }
    deeper(const deeper&) = delete;
    deeper& operator=(const deeper&) = delete;
    ~deeper() { --owner_.depth_; }

   private:
    parser& owner_;
  };

  std::uint32_t expression() { return binary(comparison); }

  const binary_operator* operator_here() const {
    if (now().kind != token_kind::operation) {
      return nullptr;
    }
    const auto* found = std::find_if(binary_operators.begin(), binary_operators.end(),
                                     [&](const binary_operator& o) { return o.text == now().text; });
    return found == binary_operators.end() ? nullptr : found;
  }

  std::uint32_t operation(std::optional<op> which, source_span place, std::vector<std::uint32_t> children) {
    source_span whole{std::min(place.begin, where(children.front()).begin), where(children.back()).end};
    return add({.kind = which ? tree_kind::operation : tree_kind::call,
                .operation = which.value_or(op{}),
                .where = whole,
                .place = place,
                .children = std::move(children)});
  }

  /// Operators of at least `lowest` precedence, left to right.
  std::uint32_t binary(int lowest) {
    std::uint32_t left = unary();
    bool compared = false;
    while (const binary_operator* o = operator_here()) {
      if (o->precedence < lowest) {
        break;
      }
      const source_span place = now().where;
      if (o->precedence == comparison && compared) {
        refuse("no chained comparison: write (a < b) & (b < c); `&` and `|` bind tighter than comparisons", place);
      }
      compared = compared || o->precedence == comparison;
      ++at_;
      const std::uint32_t right = binary(o->precedence + 1);
      left = operation(o->operation, place, {left, right});
    }
    return left;
  }

  std::uint32_t unary() {
    const deeper guard(*this);
    if (now().kind == token_kind::operation) {
      const source_span place = now().where;
      std::optional<op> which;
      which = now().text == "-"   ? std::optional(op::negative)
              : now().text == "+" ? std::optional(op::positive)
              : now().text == "~" ? std::optional(op::invert)
                                  : std::nullopt;
      if (which) {
        ++at_;
        return operation(*which, place, {unary()});
      }
    }
    const std::uint32_t base = primary();
    if (now().text == "**" && now().kind == token_kind::operation) {
      const source_span place = now().where;
      ++at_;
      return operation(op::power, place, {base, unary()});
    }
    return base;
  }

  std::uint32_t primary() {
    std::uint32_t value = atom();
    while (now().kind == token_kind::dot || now().kind == token_kind::open) {
      if (now().kind == token_kind::open) {
        refuse("expected an operator; only the functions of the language can be called", now().where);
      }
      ++at_;
      const token name = now();
      if (name.kind != token_kind::name || (name.text != "real" && name.text != "imag")) {
        unexpected("the attribute real or imag");
      }
      ++at_;
      value = add({.kind = tree_kind::attribute,
                   .operation = name.text == "real" ? op::real : op::imag,
                   .where = {where(value).begin, name.where.end},
                   .place = name.where,
                   .children = {value}});
    }
    return value;
  }

  std::uint32_t atom() {
    const token t = now();
    if (t.kind == token_kind::number) {
      ++at_;
      return add({.kind = tree_kind::number, .where = t.where, .place = t.where, .number = t.number});
    }
    if (t.kind == token_kind::name) {
      return named();
    }
    if (t.kind == token_kind::open) {
      return parenthesised();
    }
    unexpected("a number, a name or `(`");
  }

  std::uint32_t named() {
    const token t = now();
    refuse_listed(refused_words, t);
    ++at_;
    if (now().kind == token_kind::open) {
      return call(t);
    }
    if (t.text == "True" || t.text == "False") {
      return add({.where = t.where, .place = t.where, .number = weak_boolean(t.text == "True")});
    }
    const tree_kind kind = t.text == "None" ? tree_kind::none : tree_kind::name;
    return add({.kind = kind, .where = t.where, .place = t.where});
  }

  std::uint32_t parenthesised() {
    const source_span open = now().where;
    ++at_;
    std::vector<std::uint32_t> items;
    bool comma = false;
    while (now().kind != token_kind::close) {
      items.push_back(expression());
      if (now().kind != token_kind::comma) {
        break;
      }
      comma = true;
      ++at_;
    }
    if (now().kind != token_kind::close) {
      unexpected("`)` for the `(` at column " + std::to_string(column(open.begin)));
    }
    const source_span whole{open.begin, now().where.end};
    ++at_;
    if (comma || items.empty()) {
      return add({.kind = tree_kind::tuple, .where = whole, .place = whole, .children = std::move(items)});
    }
    out_.nodes[items[0]].where = whole;
    return items[0];
  }

  std::size_t column(std::uint32_t at) const {
    const std::size_t before = at == 0 ? std::string::npos : out_.text.rfind('\n', at - 1);
    return before == std::string::npos ? at + 1 : at - before;
  }

  std::uint32_t call(const token& name) {
    const source_span open = now().where;
    tree_node made{.kind = tree_kind::call, .place = name.where};
    ++at_;
    while (now().kind != token_kind::close) {
      if (now().kind == token_kind::name && ahead().kind == token_kind::assign) {
        const source_span key = now().where;
        refuse_listed(refused_keywords, now(),
                      "no `" + std::string(now().text) + "=` for " + std::string(name.text) + ": ");
        at_ += 2;
        made.keywords.push_back({key, expression()});
      } else if (!made.keywords.empty()) {
        unexpected("`name=value` after the first one");
      } else {
        made.children.push_back(expression());
      }
      if (now().kind != token_kind::comma) {
        break;
      }
      ++at_;
    }
    if (now().kind != token_kind::close) {
      unexpected("`,` or `)` for the `(` at column " + std::to_string(column(open.begin)));
    }
    made.where = {name.where.begin, now().where.end};
    ++at_;
    return add(std::move(made));
  }

  tree out_;
  std::vector<token> tokens_;
  std::size_t at_ = 0;
  std::size_t depth_ = 0;
};

}  // namespace

tree parse(std::string_view text) {
  if (text.size() > max_text_bytes) {
    throw invalid_argument("expression: expected a text of at most " + std::to_string(max_text_bytes) + " bytes, got " +
                           std::to_string(text.size()));
  }
  return parser(text).run();
}

}  // namespace gpucompute::language
