// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include <gpucompute/solve.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/digits.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/device/backend.hpp"
#include "kernels/solve/calls.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute {

using namespace solving;

class factorization::implementation {
 public:
  implementation(const char* function, const matrix_argument& a, const solve_options& options)
      : with_(device_layer::find(options.device).solver()), options_(as_factorized(options)) {
    check_options(function, options_);
    if (options_.out) {
      throw invalid_argument(
          expectation(function, "no out, which is for x", "one of shape " + to_string(options_.out->shape())));
    }
    const coefficients given = check_matrix(function, a);
    check_fit(function, options_, given);
    a_ = given;
    // From here on a system is found by its number.
    a_.batch_strides = c_strides(a_.batch, 1);
    a_.given_up = nullptr;
    std::int64_t index = 0;
    const right_hand_sides only_a{
        .batch = given.batch, .a_strides = given.batch_strides, .b_strides = dimensions::filled(given.batch.rank(), 0)};
    for_each_system(only_a, only_a.b_strides,
                    [&](std::int64_t offset, std::int64_t /*b*/, std::int64_t /*x*/, std::int64_t /*index*/) {
                      systems_.push_back(prepare(function, at_offset(given, offset), index++, given.type, 1, options_,
                                                 with_, keep::copied));
                      leave_hopeless_factors(systems_.back());
                      const factored& made = systems_.back().current;
                      if (made.method == method::cholesky && made.made->singular_at() >= 0) {
                        // Half a root tells neither x nor the determinant.
                        refuse_singular(function, made, given.batch, index - 1);
                      }
                      if (systems_.back().size.given_up) {
                        in_use_ = a.view();
                      }
                    });
  }

  enum class made_when : std::uint8_t { before, by_this_call };

  /// `when`: of the factors, whether what they took is this call's time.
  solution solve(const char* function, const array_view& b, const solve_options& options,
                 made_when when = made_when::before) const {
    check_options(function, options);
    require_same(function, options);
    const right_hand_sides sides = check_right_hand_sides(function, a_, b, options.operation);
    if (sides.type != a_.type) {
      throw invalid_argument(expectation(
          function, "b of a dtype that joins A's to " + std::string(name(a_.type)) + ", that of the factors",
          name(b.type())));
    }
    solve_options now = options_;
    now.operation = options.operation;
    now.condition = options.condition;
    now.threads = options.threads > 0 ? options.threads : options_.threads;
    now.forward_bound = options.forward_bound;
    now.out = options.out;
    target to = make_target(function, now, sides, in_use_, b);
    gathering all(with_, now, {a_.stored.rows, a_.stored.columns, sides.type, sides.count}, sides);
    for (std::size_t i = 0; i < systems_.size() && when == made_when::by_this_call; ++i) {
      all.add(systems_[i].seconds);
    }
    const dimensions x_strides(to.view.strides().span().first(sides.batch.rank()));
    for_each_system(sides, x_strides, [&](std::int64_t a, std::int64_t b_at, std::int64_t x_at, std::int64_t index) {
      all.solve(function, systems_[static_cast<std::size_t>(a)], sides, moved(sides.b, b_at),
                moved(view_of_x(to.view, sides), x_at), index);
    });
    return all.take(std::move(to));
  }

  double rcond() const {
    double least = std::numeric_limits<double>::infinity();
    for (const prepared& one : systems_) {
      least = std::min(least, rcond_of(one, one.current));
    }
    return least;
  }

  product determinant(const char* function) const {
    const prepared& one = only_square(function);
    if (one.current.method == method::qr || one.current.method == method::rank_revealing) {
      throw invalid_argument(expectation(function, "factors of a method for square matrices",
                                         "those of " + std::string(name(one.current.method))));
    }
    const factored by = is_narrow(one) ? in_full_precision(one) : one.current;
    product result = by.made->determinant();
    result.scale(-by.exponent * one.size.rows);
    if (result.is_number() || one.source.data == nullptr) {
      return result;
    }
    // The reciprocal of a subnormal pivot is beyond the range: of rows and columns of one size there are none.
    const factored even = factor_again(one, method::lu, one.size.type, true);
    result = even.made->determinant();
    result.scale(-even.exponent * one.size.rows);
    for (const std::vector<int>* const exponents : {&even.scaled->rows, &even.scaled->columns}) {
      result.scale(-std::reduce(exponents->begin(), exponents->end(), std::int64_t{0}));
    }
    return result;
  }

  solution inverse(const char* function, const solve_options& options, made_when when = made_when::before) const {
    const prepared& one = only_square(function);
    array identity = array::zeros(a_.type, {one.size.rows, one.size.rows});
    const auto size = static_cast<std::int64_t>(size_of(a_.type));
    for (std::int64_t i = 0; i < one.size.rows; ++i) {
      void* const at = static_cast<char*>(identity.data()) + i * (one.size.rows + 1) * size;
      switch (a_.type) {
        case float32:
          *static_cast<float*>(at) = 1;
          break;
        case float64:
          *static_cast<double*>(at) = 1;
          break;
        case complex64:
          *static_cast<std::complex<float>*>(at) = 1;
          break;
        default:
          *static_cast<std::complex<double>*>(at) = 1;
      }
    }
    return solve(function, identity, options, when);
  }

  std::string explain() const {
    call_facts call{.device = options_.device.name() == "auto" ? "cpu" : options_.device.name(),
                    .size = {a_.stored.rows, a_.stored.columns, a_.type, 0, false},
                    .transposed = a_.transposed,
                    .systems = static_cast<std::int64_t>(systems_.size()),
                    .only_factors = true,
                    .options = options_};
    if (systems_.empty()) {
      return explain_plan(with_, call);
    }
    const prepared& last = systems_.back();
    call.chosen = last.chosen;
    call.found = last.found;
    return explain_plan(with_, call) + explain_factors(last.tried, {last.current.method, last.current.type}, call);
  }

 private:
  static bool is_narrow(const prepared& one) { return one.current.type != one.size.type; }
  static factored in_full_precision(const prepared& one) {
    return factor_again(one, one.current.method, one.size.type, false);
  }
  static double rcond_of(const prepared& one, const factored& by) {
    return by.made->singular_at() >= 0
               ? 0
               : reciprocal_condition(*one.with,
                                      conditioned_by(by, one, one.transposed ? apply::transpose : apply::none));
  }

  /// Those of float32 that no solve will accept: known now, or each would factor anew.
  static void leave_hopeless_factors(prepared& one) {
    const factored& narrow = one.current;
    if (!is_narrow(one) || !is_lost(1 / rcond_of(one, narrow), narrow.type)) {
      return;
    }
    one.tried.push_back({.method = narrow.method,
                         .factors = narrow.type,
                         .backward_error = std::numeric_limits<double>::quiet_NaN(),
                         .outcome = too_ill_for_narrow_factors});
    one.current = in_full_precision(one);
  }

  const prepared& only_square(const char* function) const {
    if (systems_.size() != 1 || a_.batch.rank() != 0 || a_.stored.rows != a_.stored.columns) {
      throw invalid_argument(expectation(function, "one square matrix",
                                         std::to_string(systems_.size()) + " of " +
                                             std::to_string(a_.transposed ? a_.stored.columns : a_.stored.rows) +
                                             " x " +
                                             std::to_string(a_.transposed ? a_.stored.rows : a_.stored.columns)));
    }
    return systems_.front();
  }

  void require_same(const char* function, const solve_options& options) const {
    const solve_options none;
    const auto require = [&](bool same, std::string_view what, auto text_of) {
      if (!same) {
        throw invalid_argument(
            expectation(function, std::string(what) + " " + std::string(text_of(options_)) + ", as A was factorized",
                        text_of(options)));
      }
    };
    require(options.assume == none.assume || options.assume == options_.assume, "assume",
            [](const solve_options& each) { return name(each.assume); });
    require(options.method == none.method || options.method == options_.method, "method",
            [](const solve_options& each) { return name(each.method); });
    require(options.factors == none.factors || options.factors == options_.factors, "factors",
            [](const solve_options& each) {
              return each.factors == factor_precision::float32 ? "float32" : "of A's precision";
            });
    require(!options.rank_tolerance || options.rank_tolerance == options_.rank_tolerance, "rank_tolerance",
            [](const solve_options& each) {
              return each.rank_tolerance ? shortest_digits(*each.rank_tolerance) : "by default";
            });
    require(options.device == none.device || &device_layer::find(options.device).solver() == &with_, "device",
            [](const solve_options& each) { return each.device.name(); });
  }

  solver& with_;
  solve_options options_;
  coefficients a_;
  array_view in_use_;  ///< the memory of A, where factors lie in it
  std::vector<prepared> systems_;
};

factorization factorize(const matrix_argument& A, const solve_options& options) try {
  return factorization(std::make_shared<const factorization::implementation>("factorize", A, options));
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

namespace {

const factorization::implementation& body_of(const std::shared_ptr<const factorization::implementation>& body) {
  if (body == nullptr) {
    throw invalid_argument(expectation("factorization", "factors", "an object that was moved from"));
  }
  return *body;
}

}  // namespace

solution factorization::solve(const array_view& b, const solve_options& options) const try {
  return body_of(body_).solve("factorization::solve", b, options);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

double factorization::rcond() const try { return body_of(body_).rcond(); } catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

log_determinant factorization::log_determinant() const try {
  return body_of(body_).determinant("factorization::log_determinant").logarithm();
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::complex<double> factorization::determinant() const try {
  return body_of(body_).determinant("factorization::determinant").value();
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

solution factorization::inverse() const try {
  return body_of(body_).inverse("factorization::inverse", {});
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string factorization::explain() const try { return body_of(body_).explain(); } catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::complex<double> determinant(const matrix_argument& A, const solve_options& options) try {
  constexpr const char* function = "determinant";
  return factorization::implementation(function, A, options).determinant(function).value();
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

solution inverse(const matrix_argument& A, const solve_options& options) try {
  constexpr const char* function = "inverse";
  solve_options of_factors = options;
  of_factors.out.reset();
  solve_options of_x = options;
  of_x.operation = operation::none;
  using body = factorization::implementation;
  return body(function, A, of_factors).inverse(function, of_x, body::made_when::by_this_call);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
