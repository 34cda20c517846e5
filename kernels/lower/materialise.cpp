// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/materialise.hpp"

#include <algorithm>
#include <bit>

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
      positioned_(program.terms.size(), false),
      heavy_(program.terms.size(), false),
      users_(program.terms.size(), 0),
      frontier_(program.terms.size(), false),
      chosen_(program.terms.size(), false) {
  find_kinds();
  if (groups.size() < 2 && std::none_of(heavy_.begin(), heavy_.end(), [](bool heavy) { return heavy; })) {
    return;
  }
  find_shapes(inputs, shapes);
  if (groups.size() > 1) {
    find_users(groups);
    choose_shared();
  }
  for (const root_group& group : groups) {
    choose_small(group);
  }
}

void materialisation::find_kinds() {
  const term_table& terms = program_.terms;
  for (term_id id = 0; id < terms.size(); ++id) {
    const term& which = terms[id];
    heavy_[id] = which.kind == term_kind::apply && graph::row(which.operation).cost >= small_cost;
    positioned_[id] = which.kind == term_kind::position;
    for (std::size_t i = 0; i < which.arity; ++i) {
      heavy_[id] = heavy_[id] || heavy_[which.args[i]];
      positioned_[id] = positioned_[id] || positioned_[which.args[i]];
    }
  }
}

// Sixty-four groups at a time, a bit each: a group has a term's arguments if it has the term.
void materialisation::find_users(std::span<const root_group> groups) {
  const term_table& terms = program_.terms;
  constexpr std::size_t at_once = 64;
  std::vector<std::uint64_t> members(terms.size());
  for (std::size_t first = 0; first < groups.size(); first += at_once) {
    std::fill(members.begin(), members.end(), 0);
    for (std::size_t bit = 0; bit < std::min(at_once, groups.size() - first); ++bit) {
      for (const term_id root : groups[first + bit].roots) {
        members[root] |= std::uint64_t{1} << bit;
        frontier_[root] = true;
      }
    }
    for (term_id id = static_cast<term_id>(terms.size()); id-- > 0;) {
      users_[id] += static_cast<std::uint32_t>(std::popcount(members[id]));
      for (std::size_t i = 0; i < terms[id].arity; ++i) {
        members[terms[id].args[i]] |= members[id];
      }
    }
    for (term_id id = 0; id < terms.size(); ++id) {
      for (std::size_t i = 0; i < terms[id].arity; ++i) {
        frontier_[terms[id].args[i]] =
            frontier_[terms[id].args[i]] || (members[id] != 0 && members[id] != members[terms[id].args[i]]);
      }
    }
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
    } else if (which.kind == term_kind::product) {
      shape_of_[id] = add_shape(shapes.contractions[which.index].how.result);
    }
    for (std::size_t i = 0; i < which.arity; ++i) {
      const std::uint32_t other = shape_of_[which.args[i]];
      if (shape_of_[id] != other && other != scalar) {
        shape_of_[id] = shape_of_[id] == scalar ? other : add_shape(broadcast(shapes_[shape_of_[id]], shapes_[other]));
      }
    }
  }
}

double materialisation::cost(term_id id) const {
  double sum = 0;
  walk(program_.terms, std::array{id}, [&](term_id part) {
    const term& which = program_.terms[part];
    const bool stored = chosen_[part] && part != id;
    sum += which.kind == term_kind::apply && !stored ? graph::row(which.operation).cost : 0;
    return !stored;
  });
  return sum;
}

// From the inputs on, so that what is left to compute of a term is known.
void materialisation::choose_shared() {
  const term_table& terms = program_.terms;
  for (term_id id = 0; id < terms.size(); ++id) {
    if (users_[id] < 2 || !frontier_[id] || terms[id].arity == 0 || positioned_[id]) {
      continue;
    }
    const double each = cost(id);
    const double again = each * std::min(each, static_cast<double>(users_[id] - 1));
    chosen_[id] = again >= shared_cost_per_byte * static_cast<double>(size_of(terms[id].type)) &&
                  again * static_cast<double>(element_count(shape(id))) >= least_saving;
  }
}

void materialisation::choose_small(const root_group& group) {
  const auto elements = static_cast<double>(element_count(group.space));
  walk(program_.terms, group.roots, [&](term_id id) {
    if (!heavy_[id] || chosen_[id]) {
      return false;
    }
    const auto own = static_cast<double>(element_count(shape(id)));
    chosen_[id] = !positioned_[id] && own * 4 <= elements && (elements - own) * cost(id) >= least_saving;
    return !chosen_[id];
  });
}

}  // namespace gpucompute::lower
