// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/answer.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"
#include "kernels/solve/clock.hpp"
#include "kernels/solve/condition.hpp"
#include "kernels/solve/entry.hpp"
#include "kernels/solve/substitution.hpp"
#include "kernels/solve/test_hook.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute::solving {

constinit x_hook before_measuring = nullptr;

namespace {

constexpr int most_refinements = 10;
// A step of refinement that does not halve the error is the last one.
constexpr double least_gain = 0.5;

class answering {
 public:
  answering(const char* function, const prepared& a, const question& asked, verification& check)
      : function_(function),
        a_(a),
        asked_(asked),
        check_(check),
        with_(*a.with),
        bar_(bar_of(a.size.rows, a.size.columns, a.size.type) + a.let_go) {}

  answer run() {
    result_.attempts = a_.tried;
    result_.bar = bar_;
    bool accepted = try_factors(a_.current);
    for (int step = 0; !accepted; ++step) {
      const auto next = escalation(step);
      if (!next) {
        break;
      }
      accepted = try_again(*next);
    }
    const double reached = worst_of(result_.backward_errors);
    judge_condition();
    if (!(reached <= bar_)) {
      result_.verdict = verdict::inaccurate;
    }
    name_what_cannot_be_held();
    const double u = unit_roundoff(a_.size.type);
    result_.forward_bound = sensitivity_ == 0 ? 0 : 2 * (worst_of(result_.backward_errors) + u) * sensitivity_;
    return std::move(result_);
  }

 private:
  struct way {
    gpucompute::method method;
    bool equilibrated;
  };

  bool narrow(const factored& by) const { return by.type != a_.size.type; }

  /// The ways after the first one, in their order.
  std::optional<way> escalation(int step) const {
    if (a_.source.data == nullptr || !check_.is_square()) {
      return std::nullopt;
    }
    const gpucompute::method first = a_.current.method;
    const bool keeps_method = !asked_.may_change_method;
    std::vector<way> ways;
    if (narrow(a_.current)) {
      ways.push_back({first, false});
    }
    if (!keeps_method || first == method::lu) {
      ways.push_back({method::lu, true});
    }
    if (!keeps_method && first != method::qr) {
      ways.push_back({method::qr, false});
    }
    const auto index = static_cast<std::size_t>(step);
    return index < ways.size() ? std::optional(ways[index]) : std::nullopt;
  }

  bool try_again(const way& next) {
    const stopwatch clock;
    const factored made = factor_again(a_, next.method, a_.size.type, next.equilibrated);
    result_.seconds.factor += clock.seconds();
    if (made.made->singular_at() >= 0) {
      if (!next.equilibrated && (next.method == method::lu || !asked_.may_change_method)) {
        // What float32 factors hid by their rounding.
        refuse_singular(function_, made, asked_.sides.batch, asked_.system);
      }
      result_.attempts.push_back({.method = next.method,
                                  .factors = made.type,
                                  .equilibrated = next.equilibrated,
                                  .backward_error = std::numeric_limits<double>::quiet_NaN(),
                                  .outcome = "a zero pivot at " + std::to_string(made.made->singular_at())});
      return false;
    }
    return try_factors(made);
  }

  /// Solves and refines by these factors; true where what came is good enough to stop at.
  bool try_factors(const factored& by) {
    solve_attempt attempt{.method = by.method, .factors = by.type, .equilibrated = by.scaled.has_value()};
    const std::int64_t count = check_.count();
    // What float32 factors tell of the condition ends at float32's own roundoff. Whether they will do is always looked at.
    const bool wanted = asked_.condition == condition::screened && !is_screened_;
    const bool screens = narrow(by) || wanted;
    is_screened_ = is_screened_ || (screens && !narrow(by));
    const owned_block work =
        make_block(with_, by.type, std::max(check_.equations(), check_.unknowns()), count + (screens ? 1 : 0));
    if (!result_.attempts.empty()) {
      check_.begin_again();
    }
    owned_block x = substitution(a_, asked_, check_, by, result_.seconds.solve).first_x(work, screens);
    const double bound = screens ? screened_bound(by, columns_of(work.elements, count, 1)) : bound_;
    std::vector<double> errors(static_cast<std::size_t>(count));
    if (before_measuring != nullptr) {
      before_measuring(with_, x.elements, bar_);
    }
    measure(by, x.elements, errors);
    // Refinement takes float32 factors to errors below those of factors in full precision, and what stays above the square root
    // of n roundoffs has not converged.
    const double u = unit_roundoff(a_.size.type);
    const double goal = narrow(by) ? 2 * u : bar_;
    const double limit =
        narrow(by) ? std::sqrt(static_cast<double>(std::max<std::int64_t>(4, a_.size.rows))) * u : bar_;
    const bool hopeless = narrow(by) && is_lost(bound, by.type);
    if (!hopeless && a_.source.data != nullptr && check_.is_square()) {
      refine(by, x.elements, errors, goal, attempt);
    }
    attempt.backward_error = worst_of(errors);
    // Factors of another matrix may lose digits that a small backward error does not miss: of small entries of x, or of a
    // singular A.
    const bool accepted = !hopeless && attempt.backward_error <= limit;
    if (!accepted) {
      attempt.outcome = hopeless     ? too_ill_for_narrow_factors
                        : narrow(by) ? "refinement did not converge"
                                     : "the backward error stayed above the bar";
    }
    const double kept =
        result_.x.memory == nullptr ? std::numeric_limits<double>::quiet_NaN() : worst_of(result_.backward_errors);
    if (accepted || !narrow(by)) {
      bound_ = bound;  // rejected float32 factors are those of another matrix
    }
    if (accepted || std::isnan(kept) || attempt.backward_error < kept) {
      result_.x = std::move(x);
      result_.backward_errors = std::move(errors);
      result_.by = by;
    }
    result_.attempts.push_back(std::move(attempt));
    return accepted;
  }

  double estimated(const conditioned& of) {
    const stopwatch clock;
    const double reciprocal = reciprocal_condition(with_, of);
    result_.seconds.condition += clock.seconds();
    return reciprocal;
  }

  /// Of the condition, from below. Where that leaves open whether float32 factors will do, by LAPACK's estimate from them.
  double screened_bound(const factored& by, const block& probe) {
    column_norm grown;
    with_.norms(rows_of(probe, check_.unknowns()), {&grown, 1});
    const double screened = std::ldexp(check_.norm() * grown.largest, by.exponent - a_.exponent);
    const double bound = std::isnan(screened) ? std::numeric_limits<double>::infinity() : screened;
    return narrow(by) && is_suspicious(bound, by.type)
               ? std::max(bound, condition_of(estimated(conditioned_by(by, a_, asked_.sides.op))))
               : bound;
  }

  static double condition_of(double reciprocal) {
    return reciprocal > 0 ? 1 / reciprocal : std::numeric_limits<double>::infinity();
  }

  void measure(const factored& by, const block& x, std::span<double> errors) {
    const stopwatch clock;
    check_.measure(*by.made, x, errors);
    result_.seconds.verify += clock.seconds();
  }

  void refine(const factored& by, const block& x, std::vector<double>& errors, double goal, solve_attempt& attempt) {
    const std::int64_t rows = std::max(check_.equations(), check_.unknowns());
    owned_block work, correction, before;
    std::vector<double> improved(errors.size());
    while (!(worst_of(errors) <= goal) && attempt.refinements < most_refinements) {
      if (work.memory == nullptr) {
        work = make_block(with_, by.type, rows, check_.count());
        correction = make_block(with_, x.type, x.rows, x.columns);
        before = make_block(with_, x.type, x.rows, x.columns);
      }
      with_.copy(view_of(x), false, 1, before.elements, asked_.threads);
      substitution(a_, asked_, check_, by, result_.seconds.solve).correct(work.elements, correction.elements);
      with_.add(1, correction.elements, x);
      measure(by, x, improved);
      ++attempt.refinements;
      if (!(worst_of(improved) < worst_of(errors))) {
        with_.copy(view_of(before.elements), false, 1, x, asked_.threads);
        return;
      }
      const bool slow = worst_of(improved) > least_gain * worst_of(errors);
      errors = improved;
      if (slow) {
        return;
      }
    }
  }

  /// The estimate, where it was asked for or the screening calls for it.
  void judge_condition() {
    bound_ = no_less_than_one(bound_);
    const bool calls_for_it = asked_.condition == condition::screened && is_suspicious(bound_, a_.size.type);
    const bool judges = asked_.condition != condition::never;
    if ((judges && (asked_.condition == condition::always || calls_for_it)) || asked_.forward_bound) {
      // Factors of an equilibrated A tell of another matrix's condition; the ones before them tell of this one's.
      const factored& judged = result_.by.scaled ? a_.current : result_.by;
      const conditioned of = conditioned_by(judged, a_, asked_.sides.op);
      const double reciprocal = estimated(of);
      result_.rcond = reciprocal;
      bound_ = no_less_than_one(std::max(bound_, condition_of(reciprocal)));
      if (judges && is_singular_to_precision(reciprocal, a_.size.type)) {
        result_.verdict = verdict::ill_conditioned;
      }
      if (asked_.forward_bound) {
        const stopwatch clock;
        sensitivity_ = sensitivity(with_, of, bound_, check_.sizes(result_.x.elements, judged.exponent));
        result_.seconds.condition += clock.seconds();
      }
    }
    result_.condition_bound = bound_;
  }

  void name_what_cannot_be_held() {
    if (result_.verdict != verdict::inaccurate) {
      return;
    }
    std::vector<column_norm> sizes(result_.backward_errors.size());
    with_.norms(result_.x.elements, sizes);
    bool is_beyond = false, is_below = false;
    for (std::size_t j = 0; j < sizes.size(); ++j) {
      if (!std::isfinite(sizes[j].largest)) {
        is_beyond = true;
        result_.backward_errors[j] = std::numeric_limits<double>::infinity();
      } else if (!(result_.backward_errors[j] <= bar_)) {
        is_below = is_below || sizes[j].largest < smallest_normal(a_.size.type);
      }
    }
    if (is_beyond || is_below) {
      result_.attempts.back().outcome =
          is_beyond ? "x is beyond the largest number" : "x is below the smallest normal number";
    }
  }

  const char* function_;  ///< for messages
  const prepared& a_;
  const question& asked_;
  verification& check_;
  solver& with_;
  double bar_;
  double bound_ = 0;          ///< of the condition, from below
  double sensitivity_ = 0;    ///< of x, where a bound of its error is wanted
  bool is_screened_ = false;  ///< by factors of the full precision
  answer result_;
};

[[noreturn]] void refuse_b(const char* function, const question& asked) {
  const matrix_view& b = asked.b;
  const std::int64_t system = number_in_operand(asked.sides.b_batch, asked.sides.batch, asked.system);
  for (std::int64_t i = 0; i < b.rows; ++i) {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      const std::complex<double> value = entry_of(b, i, j);
      if (!std::isfinite(value.real()) || !std::isfinite(value.imag())) {
        const dimensions index = index_of_entry(asked.sides.b_batch, system, i, j, asked.sides.vector);
        throw non_finite(expectation(function, "a finite b", "b" + in_brackets(index) + " = " + digits_of(value)),
                         index);
      }
    }
  }
  throw internal_error(expectation(function, "a number that is not finite in b", "none"));
}

}  // namespace

answer solve_and_verify(const char* function, const prepared& a, const question& asked) {
  verification check(a, asked.sides.op, asked.b, asked.threads);
  if (!check.is_finite()) {
    refuse_b(function, asked);
  }
  return answering(function, a, asked, check).run();
}

}  // namespace gpucompute::solving
