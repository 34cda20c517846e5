// SPDX-License-Identifier: Apache-2.0
#include "kernels/language/compile.hpp"

#include <algorithm>
#include <limits>
#include <mutex>
#include <unordered_map>

#include "kernels/language/builder.hpp"
#include "kernels/language/diagnostics.hpp"
#include "kernels/language/grammar.hpp"
#include "kernels/language/token.hpp"

namespace gpucompute::language {
namespace {

bool is_refused(std::string_view name) {
  return std::any_of(refused_words.begin(), refused_words.end(),
                     [name](const refused_word& each) { return each.word == name; });
}

/// The inputs of a text: each typed one enters the program when it is first used.
class user_scope final : public scope {
 public:
  user_scope(std::span<const binding> inputs, graph::program& program)
      : inputs_(inputs), program_(program), looked_up_(inputs.size(), false) {
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (is_constant(inputs[i].name)) {
        throw invalid_argument("expression: expected inputs with names of their own, got the constant `" +
                               inputs[i].name + "`");
      }
      if (!is_name(inputs[i].name) || is_refused(inputs[i].name)) {
        throw invalid_argument(
            "expression: expected inputs with names that a text can use (letters, digits and _), got `" +
            excerpt(inputs[i].name, {0, static_cast<std::uint32_t>(inputs[i].name.size())}) + "`");
      }
      if (!by_name_.emplace(inputs[i].name, i).second) {
        throw invalid_argument("expression: expected each input once, got '" + inputs[i].name + "' twice");
      }
    }
  }

  std::optional<value> name(std::string_view name) override {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
      return std::nullopt;
    }
    looked_up_[found->second] = true;
    const binding& input = inputs_[found->second];
    if (const auto* number = std::get_if<weak_scalar>(&input.what)) {
      return value::of(to_weak(*number));
    }
    const dtype type = std::get<dtype>(input.what);
    const auto [place, added] = used_.emplace(found->second, static_cast<std::uint32_t>(program_.inputs.size()));
    if (added) {
      program_.inputs.push_back({input.name, type});
    }
    value v = value::of(program_.nodes.input(place->second, type), type);
    v.input = place->second;
    return v;
  }

  std::optional<dtype> cast(std::string_view) override { return std::nullopt; }

  std::vector<std::string_view> names() const override {
    std::vector<std::string_view> all(std::begin(constants), std::end(constants));
    for (const binding& input : inputs_) {
      all.push_back(input.name);
    }
    return all;
  }

  bool internal() const override { return false; }

  const std::vector<bool>& looked_up() const { return looked_up_; }

 private:
  std::span<const binding> inputs_;
  graph::program& program_;
  std::vector<bool> looked_up_;
  std::unordered_map<std::string_view, std::size_t> by_name_;
  std::unordered_map<std::size_t, std::uint32_t> used_;
};

/// The arguments of a row's text.
class row_scope final : public scope {
 public:
  row_scope(const graph::graph& nodes, std::span<const bound_node> names, std::span<const bound_type> types)
      : nodes_(nodes), names_(names), types_(types) {}

  std::optional<value> name(std::string_view name) override {
    for (const bound_node& bound : names_) {
      if (bound.name == name) {
        return value::of(bound.node, nodes_[bound.node].type);
      }
    }
    const auto part = cast("part");
    return part && is_floating(*part) ? constant(name, *part == float32) : std::nullopt;
  }

  std::optional<dtype> cast(std::string_view name) override {
    for (const bound_type& bound : types_) {
      if (bound.name == name) {
        return bound.type;
      }
    }
    if (names_.empty() || (name != "compute" && name != "part")) {
      return std::nullopt;
    }
    const dtype compute = nodes_[names_.back().node].type;
    return name == "compute" ? compute : component(compute);
  }

  std::vector<std::string_view> names() const override { return {}; }
  bool internal() const override { return true; }

 private:
  /// What rows may ask of the component type; see ops.def.
  static std::optional<value> constant(std::string_view name, bool single) {
    using f32 = std::numeric_limits<float>;
    using f64 = std::numeric_limits<double>;
    const auto of = [single](double narrow, double wide) { return value::of(weak_floating(single ? narrow : wide)); };
    if (name == "largest") {
      return of(f32::max(), f64::max());
    }
    if (name == "log_largest") {
      return of(88.0, 709.0);
    }
    if (name == "smallest") {
      return of(f32::min(), f64::min());
    }
    if (name == "epsilon") {
      return of(f32::epsilon(), f64::epsilon());
    }
    return name == "large" ? std::optional(of(1e4, 1e8)) : std::nullopt;
  }

  const graph::graph& nodes_;
  std::span<const bound_node> names_;
  std::span<const bound_type> types_;
};

/// Rows are few and constant, so their trees are kept for the life of the process.
std::shared_ptr<const tree> parsed_row(std::string_view text) {
  static std::mutex guard;
  // Never destroyed, as nothing that a call needs: programs may evaluate while their static objects go.
  static auto& known = *new std::unordered_map<std::string, std::shared_ptr<const tree>>;
  const std::lock_guard lock(guard);
  std::shared_ptr<const tree>& place = known[std::string(text)];
  if (!place) {
    place = std::make_shared<const tree>(parse(text));
  }
  return place;
}

}  // namespace

typed_text compile_text(std::string_view text, std::span<const binding> inputs) {
  auto source = std::make_shared<tree>(parse(text));
  auto program = std::make_shared<graph::program>();
  user_scope names(inputs, *program);
  builder build(*source, program->nodes, names);
  const std::vector<value> results = build.run();
  for (std::size_t i = 0; i < results.size(); ++i) {
    const statement& s = source->statements[i];
    const value result = build.strong(results[i], source->nodes[s.value].where);
    program->results.push_back({std::string(source->at(s.name)), result.node});
  }
  source->annotations = build.annotations();
  return {std::move(source), std::move(program), names.looked_up()};
}

graph::node_id build_composite(graph::graph& nodes, std::string_view text, std::span<const bound_node> names,
                               std::span<const bound_type> types) {
  try {
    const std::shared_ptr<const tree> source = parsed_row(text);
    row_scope scope(nodes, names, types);
    builder build(*source, nodes, scope);
    const value result = build.strong(build.run().back(), source->nodes[source->statements.back().value].where);
    return result.node;
  } catch (const invalid_argument& error) {
    throw internal_error("build_composite: expected a row that can be typed, got: " + std::string(error.what()));
  }
}

}  // namespace gpucompute::language
