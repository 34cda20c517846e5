// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/materialise.hpp"

#include <algorithm>

namespace gpucompute::lower {
namespace {

/// Calls visit(id) for each term below the roots; where it returns false, its arguments are left out.
template <typename Visit>
void walk(const term_table& terms, std::span<const term_id> roots, Visit visit) {
  std::vector<bool> seen(terms.size(), false);
  std::vector<term_id> pending(roots.begin(), roots.end());
  while (!pending.empty()) {
    const term_id id = pending.back();
    pending.pop_back();
    if (!seen[id]) {
      seen[id] = true;
      if (visit(id)) {
        pending.insert(pending.end(), terms[id].args.begin(), terms[id].args.begin() + terms[id].arity);
      }
    }
  }
}

}  // namespace

materialisation::materialisation(const lowered& program, std::span<const layout> inputs, const program_shapes& shapes,
                                 std::span<const root_group> groups)
    : program_(program),
      heavy_(program.terms.size(), false),
      cost_(program.terms.size(), -1),
      chosen_(program.terms.size(), false) {
  find_heavy();
  if (std::none_of(heavy_.begin(), heavy_.end(), [](bool heavy) { return heavy; })) {
    return;
  }
  find_shapes(inputs, shapes);
  std::vector<std::uint8_t> users(program.terms.size(), 0);
  for (const root_group& group : groups) {
    walk(program.terms, group.roots, [&](term_id id) {
      users[id] = static_cast<std::uint8_t>(std::min(users[id] + 1, 2));
      return true;
    });
  }
  for (const root_group& group : groups) {
    choose(group, users);
  }
}

void materialisation::find_heavy() {
  const term_table& terms = program_.terms;
  std::vector<bool> positioned(terms.size(), false);
  for (term_id id = 0; id < terms.size(); ++id) {
    const term& which = terms[id];
    bool heavy = which.kind == term_kind::apply && graph::row(which.operation).cost >= small_cost;
    bool moves = which.kind == term_kind::position;
    for (std::size_t i = 0; i < which.arity; ++i) {
      heavy = heavy || heavy_[which.args[i]];
      moves = moves || positioned[which.args[i]];
    }
    positioned[id] = moves;
    heavy_[id] = heavy && !moves;
  }
}

std::uint32_t materialisation::add_shape(const dimensions& shape) {
  const auto known = std::find(shapes_.begin(), shapes_.end(), shape);
  const auto place = static_cast<std::uint32_t>(known - shapes_.begin());
  if (known == shapes_.end()) {
    shapes_.push_back(shape);
  }
  return place;
}

void materialisation::find_shapes(std::span<const layout> inputs, const program_shapes& shapes) {
  const term_table& terms = program_.terms;
  const std::uint32_t scalar = add_shape({});
  shape_of_.assign(terms.size(), scalar);
  for (term_id id = 0; id < terms.size(); ++id) {
    const term& which = terms[id];
    if (which.kind == term_kind::input) {
      shape_of_[id] = add_shape(inputs[which.index].shape);
    } else if (which.kind == term_kind::state) {
      shape_of_[id] = add_shape(shapes.reductions[which.index].result);
    }
    for (std::size_t i = 0; i < which.arity; ++i) {
      const std::uint32_t other = shape_of_[which.args[i]];
      if (shape_of_[id] != other && other != scalar) {
        shape_of_[id] = shape_of_[id] == scalar ? other : add_shape(broadcast(shapes_[shape_of_[id]], shapes_[other]));
      }
    }
  }
}

double materialisation::cost(term_id id) {
  if (cost_[id] < 0) {
    double sum = 0;
    walk(program_.terms, std::array{id}, [&](term_id part) {
      const term& which = program_.terms[part];
      sum += which.kind == term_kind::apply ? graph::row(which.operation).cost : 0;
      return true;
    });
    cost_[id] = sum;
  }
  return cost_[id];
}

void materialisation::choose(const root_group& group, const std::vector<std::uint8_t>& users) {
  const auto elements = static_cast<double>(element_count(group.space));
  walk(program_.terms, group.roots, [&](term_id id) {
    if (!heavy_[id]) {
      return false;
    }
    const auto own = static_cast<double>(element_count(shape(id)));
    const bool small = own * 4 <= elements && (elements - own) * cost(id) >= least_saving;
    const bool shared = users[id] > 1 && own * cost(id) >= least_saving &&
                        cost(id) >= shared_cost_per_byte * static_cast<double>(size_of(program_.terms[id].type));
    chosen_[id] = chosen_[id] || small || shared;
    return !chosen_[id];
  });
}

}  // namespace gpucompute::lower
