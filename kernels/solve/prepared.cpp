// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/prepared.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "kernels/solve/clock.hpp"
#include "kernels/solve/entry.hpp"
#include "kernels/solve/memory_need.hpp"

namespace gpucompute::solving {
namespace {

constexpr block no_block = {};

bool needs_dense_factors(method which) {
  return which != method::banded && which != method::tridiagonal && which != method::diagonal;
}

/// A matrix with a zero in two opposite corners is a band or block diagonal: its dense copy would be made for nothing.
bool may_be_banded(const matrix_view& a) {
  return a.rows > 1 && a.rows == a.columns && entry_of(a, 0, a.columns - 1) == 0.0 && entry_of(a, a.rows - 1, 0) == 0.0;
}

class preparation {
 public:
  preparation(const char* function, const coefficients& a, const solve_options& options, prepared& result)
      : function_(function), a_(a), options_(options), result_(result), with_(*result.with) {}

  void inspect(std::int64_t system, keep how) {
    const stopwatch clock;
    const bool can_copy =
        options_.method == method::automatic ? !may_be_banded(result_.source) : needs_dense_factors(options_.method);
    const dtype type = factor_type(options_, result_.size, with_.profile());
    inspection look{.structure = looks_at_structure(options_, result_.size),
                    .c_order = !result_.transposed,
                    .copy = no_block,
                    .threads = threads()};
    if (result_.size.given_up) {
      consumable_.elements = {a_.given_up, result_.size.type, result_.size.rows, result_.size.columns, given_leading()};
    } else if (can_copy) {
      consumable_ = make_block(with_, type, result_.size.rows, result_.size.columns);
      look.copy = consumable_.elements;
    }
    result_.found = with_.inspect(result_.source, look);
    if (!result_.found.finite) {
      refuse_non_finite(function_, result_.found, a_, system);
    }
    if (type != result_.size.type && !is_moderate(result_.found.norm_max, type)) {
      // To scale A until it fits them might lose small entries, which the factors that come after them need.
      options_.factors = factor_precision::same;
      consumable_ = {};
      look.copy = no_block;
      too_far_for_narrow_ = true;
    }
    if (!is_moderate(result_.found.norm_max, result_.size.type)) {
      rescale(look);
    } else if (how == keep::copied && !result_.size.given_up) {
      keep_copy();
    }
    result_.seconds.inspect = clock.seconds();
  }

  void factor(std::int64_t system) {
    const stopwatch clock;
    result_.chosen = make_plan(function_, options_, result_.size, result_.found, a_, system, with_);
    const plan& chosen = result_.chosen;
    const char* const obstacle = obstacle_to_narrow_factors();
    if (obstacle != nullptr && (chosen.method == method::lu || chosen.method == method::cholesky)) {
      note(chosen.method, narrowed(result_.size.type), obstacle);
    }
    const owned_block probe = result_.size.given_up ? probed_product() : owned_block{};
    // A scale would lose what is small in A, or becomes small in elimination. Least squares tells no two such x apart.
    const bool as_given =
        result_.exponent < 0 && result_.size.rows == result_.size.columns && chosen.method != method::rank_revealing;
    from_ = as_given ? a_.stored : result_.source;
    exponent_ = as_given ? 0 : result_.exponent;
    if (result_.exponent < 0 && !as_given) {
      consumable_ = {};
    }
    make_factors();
    if (as_given && !are_sound(result_)) {
      leave_room();
    }
    if (result_.size.given_up && !is_singular()) {
      result_.probed = probe_error(probe);
    }
    if (options_.rank_tolerance) {
      result_.let_go = share_let_go();
    }
    if (!result_.size.given_up) {
      consumable_ = {};
    }
    result_.seconds.factor = clock.seconds() - result_.seconds.condition;
  }

 private:
  void make_factors() {
    const plan& chosen = result_.chosen;
    result_.current = attempt(chosen.method, chosen.factors, consumable_);
    const bool fixed = options_.method != method::automatic;
    if (is_singular() && is_narrow() && chosen.method == method::cholesky) {
      note(minor_that_is_not_positive() + " in float32");
      result_.current = attempt(method::cholesky, result_.size.type, consumable());
    }
    if (is_singular() && chosen.method == method::cholesky && !fixed && !result_.size.given_up) {
      note(minor_that_is_not_positive());
      result_.current = attempt(method::lu, chosen.factors, consumable());
    }
    if (is_singular() && is_narrow()) {
      note("singular in float32");
      result_.current = attempt(result_.current.method, result_.size.type, consumable());
    }
    if (chosen.method == method::qr && !fixed && is_rank_deficient()) {
      note("a triangular factor with condition beyond 1 / (max(m, n) epsilon)");
      result_.current = attempt(method::rank_revealing, result_.size.type, consumable());
    }
  }

  /// Other factors, of A no smaller than it must be: small elements lie beside large ones.
  void leave_room() {
    const int exponent = roomy_exponent(result_.size.type) - std::ilogb(result_.found.norm_max) + result_.exponent;
    if (exponent >= 0) {
      return;
    }
    const factored before = result_.current;
    const std::size_t tried = result_.tried.size();
    consumable_ = {};
    const owned_block copy = scaled_copy(with_, a_.stored, result_.size.type, exponent, threads());
    from_ = view_of(copy.elements);
    exponent_ = exponent;
    make_factors();
    if (is_singular() && before.made->singular_at() < 0) {
      result_.current = before;  // it is not A that is singular
    }
    result_.tried.resize(tried);  // the same once more
  }

  int threads() const { return threads_of_pass(options_, result_.size, with_); }
  const char* obstacle_to_narrow_factors() const {
    const bool asked = options_.factors == factor_precision::float32 && component(result_.size.type) == float64;
    return too_far_for_narrow_              ? too_far_for_narrow
           : asked && result_.size.given_up ? "A was given up: there is nothing to refine by"
                                            : nullptr;
  }
  bool is_narrow() const { return result_.current.type != result_.size.type; }
  bool is_singular() const { return result_.current.made->singular_at() >= 0; }
  std::string minor_that_is_not_positive() const {
    return "the leading minor of order " + std::to_string(result_.current.made->singular_at() + 1) + " is not positive";
  }

  std::int64_t given_leading() const {
    return std::max<std::int64_t>(
        {1, result_.source.column_stride / static_cast<std::int64_t>(size_of(result_.size.type)), result_.source.rows});
  }

  void keep_copy() {
    owned_block copy = make_block(with_, result_.size.type, result_.size.rows, result_.size.columns);
    with_.copy(result_.source, false, 1, copy.elements, threads());
    result_.source = view_of(copy.elements);
    result_.copy = std::move(copy.memory);
  }

  /// Brings a matrix from the ends of the exponent range. A given up one is copied for that and planned for as any other.
  void rescale(inspection look) {
    if (result_.found.norm_max == 0) {
      return;
    }
    result_.size.given_up = false;
    options_.factors = factor_precision::same;
    result_.exponent = exponent_to_moderate(result_.found.norm_max, result_.size.type);
    owned_block copy = scaled_copy(with_, a_.stored, result_.size.type, result_.exponent, threads());
    result_.source = view_of(copy.elements);
    result_.copy = std::move(copy.memory);
    if (look.copy.data == nullptr) {
      consumable_ = {};
    }
    if (result_.exponent < 0) {
      look.copy = no_block;  // A as it is stays there
    }
    // What is small beside a huge A may be gone from the copy, but not from A's structure.
    look.structure = false;
    const facts scaled = with_.inspect(result_.source, look);
    result_.found.norm_one = scaled.norm_one;
    result_.found.norm_inf = scaled.norm_inf;
    result_.found.norm_max = scaled.norm_max;
  }

  factored attempt(method which, dtype type, const owned_block& into) {
    factor_request request{.method = which,
                           .source = from_,
                           .consumable = into.elements,
                           .owner = into.memory,
                           .type = type,
                           .part = result_.chosen.part,
                           .hermitian = result_.chosen.hermitian,
                           .lower_bandwidth = result_.found.lower_bandwidth,
                           .upper_bandwidth = result_.found.upper_bandwidth,
                           .rank_tolerance = rank_tolerance(),
                           .threads = result_.chosen.threads};
    if (!needs_dense_factors(which) || into.elements.type != type) {
      request.consumable = no_block;
      request.owner = nullptr;
    }
    return {with_.factorize(request), which, type, std::nullopt, exponent_};
  }

  /// For a second way: the first one has used up its copy.
  owned_block consumable() {
    consumable_ = {};
    result_.current.made = nullptr;
    return {};
  }

  double rank_tolerance() const {
    const double epsilon = component(result_.size.type) == float32 ? std::numeric_limits<float>::epsilon()
                                                                   : std::numeric_limits<double>::epsilon();
    return options_.rank_tolerance.value_or(static_cast<double>(std::max(result_.size.rows, result_.size.columns)) *
                                            epsilon);
  }

  /// The norm of rows, or columns, is at most the root of their number times Frobenius'; three such errors add up in x.
  double share_let_go() const {
    const double dropped = std::ldexp(result_.current.made->dropped(), result_.exponent - exponent_);
    const double norm = std::min(result_.found.norm_one, result_.found.norm_inf);
    const auto longest = static_cast<double>(std::max(result_.size.rows, result_.size.columns));
    return dropped == 0 ? 0 : 3 * std::sqrt(longest) * dropped / norm;
  }

  bool is_rank_deficient() {
    const stopwatch clock;
    const double reciprocal = result_.current.made->reciprocal_condition(result_.norm_of_a(result_.current));
    result_.seconds.condition += clock.seconds();
    return !(reciprocal > rank_tolerance());
  }

  void note(std::string outcome) { note(result_.current.method, result_.current.type, std::move(outcome)); }
  void note(method which, dtype type, std::string outcome) {
    result_.tried.push_back({.method = which,
                             .factors = type,
                             .backward_error = std::numeric_limits<double>::quiet_NaN(),
                             .outcome = std::move(outcome)});
  }

  /// F times random numbers, while F is still there: two columns, the numbers and the product.
  owned_block probed_product() {
    owned_block both = make_block(with_, result_.size.type, std::max(result_.size.rows, result_.size.columns), 2);
    block x = both.elements;
    x.rows = result_.size.columns;
    x.columns = 1;
    with_.fill_probe(x);
    with_.multiply(1, result_.source, apply::none, view_of(x), 0, product_of(both), result_.chosen.threads);
    return both;
  }

  block product_of(const owned_block& both) const {
    block y = both.elements;
    y.data = static_cast<char*>(y.data) + y.leading * static_cast<std::int64_t>(size_of(y.type));
    y.rows = result_.size.rows;
    y.columns = 1;
    return y;
  }

  double probe_error(const owned_block& both) {
    const owned_block again = make_block(with_, result_.size.type, result_.size.rows, 1);
    block x = both.elements;
    x.rows = result_.size.columns;
    x.columns = 1;
    result_.current.made->multiply(apply::none, x, again.elements, result_.chosen.threads);
    const block y = product_of(both);
    with_.add(-1, again.elements, y);
    column_norm difference;
    with_.norms(y, {&difference, 1});
    return result_.found.norm_inf == 0 ? 0 : difference.largest / result_.found.norm_inf;
  }

  const char* function_;
  const coefficients& a_;
  solve_options options_;  ///< without float32 factors where A is out of their range
  prepared& result_;
  solver& with_;
  owned_block consumable_;
  matrix_view from_;  ///< what is factored: 2^exponent_ F
  int exponent_ = 0;
  bool too_far_for_narrow_ = false;
};

}  // namespace

planned_for size_of_problem(const coefficients& a, dtype type, std::int64_t right_hand_sides) {
  const auto size = static_cast<std::int64_t>(size_of(type));
  const bool usable = a.given_up != nullptr && a.stored.type == type && a.stored.row_stride == size &&
                      a.stored.column_stride >= size * std::max<std::int64_t>(1, a.stored.rows) &&
                      a.stored.column_stride % size == 0 &&
                      reinterpret_cast<std::uintptr_t>(a.stored.data) % size_of(component(type)) == 0;
  return {a.stored.rows, a.stored.columns, type, right_hand_sides, usable};
}

prepared prepare(const char* function, const coefficients& a, std::int64_t system, dtype type,
                 std::int64_t right_hand_sides, const solve_options& options, solver& with, keep how) {
  prepared result;
  result.with = &with;
  result.size = size_of_problem(a, type, right_hand_sides);
  result.source = a.stored;
  result.transposed = a.transposed;
  require_memory(function, result.size, with, how);
  preparation steps(function, a, options, result);
  steps.inspect(system, how);
  steps.factor(system);
  if (result.size.given_up) {
    result.source.data = nullptr;
  }
  return result;
}

}  // namespace gpucompute::solving
