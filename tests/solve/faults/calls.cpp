// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/faults/calls.hpp"

#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include <gpucompute/gpucompute.hpp>

#include "tests/solve/faults/problems.hpp"

namespace gpucompute::tests {
namespace {

template <typename T>
class solving_call final : public call {
 public:
  using solver = std::function<solution(const matrix_argument&, const array_view&, const solve_options&)>;

  solving_call(std::string name, systems<T> what, const solve_options& options, solver how)
      : call(std::move(name)), what_(std::move(what)), options_(options), how_(std::move(how)) {
    const std::size_t all =
        static_cast<std::size_t>(what_.count * (options_.operation == operation::none ? what_.columns : what_.rows)) *
        static_cast<std::size_t>(what_.sides);
    out_.resize(all);
  }
  solving_call& into_memory() {
    into_memory_ = true;
    return *this;
  }
  solving_call& giving_up() {
    giving_up_ = true;
    return *this;
  }

  void prepare() override {
    made_.reset();
    given_ = what_.a;
    std::ranges::fill(out_, T(77));
  }

  void run() override {
    solve_options options = options_;
    if (into_memory_) {
      options.out = mutable_view(out_.data(), shape_of_x());
    }
    const array_view b(what_.b.data(), what_.shape(what_.rows, what_.sides));
    if (giving_up_) {
      made_ = how_(overwrite(mutable_view(given_.data(), what_.shape(what_.rows, what_.columns))), b, options);
    } else {
      made_ = how_(array_view(given_.data(), what_.shape(what_.rows, what_.columns)), b, options);
    }
  }

  std::string mistake() const override {
    if (!made_) {
      return "no answer";
    }
    if (made_->report.verdict == verdict::inaccurate) {
      return "";
    }
    const T* const x = into_memory_ ? out_.data() : made_->x.template values<T>().data();
    // The probe of factors whose A is gone tells less.
    const double bar = made_->report.bar * (giving_up_ ? 100 : 1);
    const bool least_squares = what_.rows != what_.columns || options_.method == method::rank_revealing;
    const std::int64_t unknowns = shape_of_x()[shape_of_x().rank() - 2];
    for (std::int64_t system = 0; system < what_.count; ++system) {
      const auto first = what_.a.begin() + system * what_.rows * what_.columns;
      const dense_matrix<T> a(what_.rows, what_.columns, std::vector<T>(first, first + what_.rows * what_.columns));
      for (std::int64_t k = 0; k < what_.sides; ++k) {
        const auto column = [&](const T* from, std::int64_t rows) {
          std::vector<T> taken;
          for (std::int64_t i = 0; i < rows; ++i) {
            taken.push_back(from[(system * rows + i) * what_.sides + k]);
          }
          return taken;
        };
        const double error =
            error_of<T>(a, options_.operation, column(x, unknowns), column(what_.b.data(), what_.rows), least_squares);
        if (!(error <= bar)) {
          return "an error of " + std::to_string(error / bar) + " bars\n" + made_->explain();
        }
      }
    }
    return "";
  }

  std::vector<std::byte> inputs() const override {
    std::vector<std::byte> all;
    append(all, what_.b);
    if (!giving_up_) {
      append(all, given_);
    }
    return all;
  }
  std::vector<std::byte> output() const override {
    std::vector<std::byte> all;
    if (what_.count == 1) {  // of a batch, systems may be written before another one fails
      append(all, out_);
    }
    return all;
  }
  bool is_verified() const override { return true; }

 private:
  dimensions shape_of_x() const {
    return what_.shape(options_.operation == operation::none ? what_.columns : what_.rows, what_.sides);
  }
  static void append(std::vector<std::byte>& all, const std::vector<T>& more) {
    const auto bytes = std::as_bytes(std::span(more));
    all.insert(all.end(), bytes.begin(), bytes.end());
  }

  systems<T> what_;
  solve_options options_;
  solver how_;
  bool into_memory_ = false, giving_up_ = false;
  std::vector<T> given_, out_;
  std::optional<solution> made_;
};

/// What is said of a matrix: a number, or a text that tells times and so is another one each time.
struct said {
  double number = 0;
  std::string text = {};
};

class asking_call final : public call {
 public:
  using question = std::function<said(const array_view&)>;

  asking_call(std::string name, std::int64_t order, std::function<void(const array_view&)> before, question asked)
      : call(std::move(name)), what_(order, order), before_(std::move(before)), asked_(std::move(asked)) {
    prepare();
    run();
    expected_ = said_.number;
  }
  void prepare() override {
    said_ = {std::numeric_limits<double>::quiet_NaN()};
    if (before_) {
      before_(view());
    }
  }
  void run() override { said_ = asked_(view()); }
  std::string mistake() const override {
    // In parallel or not, a sum has its own rounding.
    return std::abs(said_.number - expected_) <= 1e-9 * std::abs(expected_) &&
                   (said_.number != 0 || !said_.text.empty())
               ? ""
               : std::to_string(said_.number) + ", not " + std::to_string(expected_);
  }
  std::vector<std::byte> inputs() const override {
    const auto bytes = std::as_bytes(std::span(what_.a));
    return {bytes.begin(), bytes.end()};
  }
  std::vector<std::byte> output() const override { return {}; }
  bool is_verified() const override { return false; }

 private:
  array_view view() const { return {what_.a.data(), {what_.rows, what_.columns}}; }

  systems<double> what_;
  std::function<void(const array_view&)> before_;
  question asked_;
  said said_;
  double expected_ = 0;
};

solution solve_it(const matrix_argument& a, const array_view& b, const solve_options& options) {
  return solve(a, b, options);
}

solution factorize_and_solve(const matrix_argument& a, const array_view& b, const solve_options& options) {
  solve_options later;
  later.operation = options.operation;
  later.out = options.out;
  solve_options first = options;
  first.out.reset();
  return factorize(a, first).solve(b, later);
}

class collection {
 public:
  explicit collection(const char* device_name) { options_.device = device(device_name); }

  template <typename T>
  solving_call<T>& add(std::string name, systems<T> what, const solve_options& changed = {},
                       typename solving_call<T>::solver how = solve_it) {
    solve_options options = changed;
    options.device = options_.device;
    auto made = std::make_unique<solving_call<T>>(std::move(name), std::move(what), options, std::move(how));
    solving_call<T>& added = *made;
    all_.push_back(std::move(made));
    return added;
  }

  void ask(std::string name, std::int64_t order, std::function<void(const array_view&)> before,
           asking_call::question asked) {
    all_.push_back(std::make_unique<asking_call>(std::move(name), order, std::move(before), std::move(asked)));
  }

  const solve_options& options() const { return options_; }
  std::vector<std::unique_ptr<call>> take() { return std::move(all_); }

 private:
  solve_options options_;
  std::vector<std::unique_ptr<call>> all_;
};

template <typename T>
void add_methods(collection& all, const std::string& type) {
  constexpr std::int64_t n = 70;
  all.add("general, " + type, systems<T>(n, n));
  all.add("general transposed, " + type, systems<T>(n, n), {.operation = operation::transpose});
  all.add("positive definite, " + type, symmetric<T>(n, T(90)));
  all.add("not positive definite after all, " + type, symmetric<T>(n, T(1)));
  all.add("indefinite, " + type, symmetric<T>(n, T(0)), {.method = method::indefinite});
  all.add("promised to be positive definite, " + type, symmetric<T>(n, T(90)),
          {.assume = structure::positive_definite});
  all.add("promised to be symmetric, " + type, symmetric<T>(n, T(0)), {.assume = structure::symmetric});
  all.add("upper, " + type, sparse<T>(n, [](auto i, auto j) { return j - i == 1 || j - i == 60; }));
  all.add("lower, " + type, sparse<T>(n, [](auto i, auto j) { return i - j == 1 || i - j == 60; }));
  all.add("banded, " + type, sparse<T>(n, [](auto i, auto j) { return i - j <= 2 && j - i <= 3; }));
  all.add("tridiagonal, " + type, sparse<T>(n, [](auto i, auto j) { return i - j <= 1 && j - i <= 1; }));
  all.add("diagonal, " + type, sparse<T>(n, [](auto, auto) { return false; }));
  all.add("QR, " + type, systems<T>(n, n), {.method = method::qr});
  all.add("least squares, " + type, systems<T>(40, 20, 2));
  all.add("minimum norm, " + type, systems<T>(20, 40, 2));
  all.add("small, " + type, systems<T>(8, 8));
}

}  // namespace

std::vector<std::unique_ptr<call>> all_calls(const char* device_name) {
  collection all(device_name);
  add_methods<double>(all, "float64");
  add_methods<std::complex<float>>(all, "complex64");
  constexpr std::int64_t n = 70;
  all.add("of low rank", of_low_rank(40, 20));
  all.add("of low rank, rank revealing", of_low_rank(30, 30), {.method = method::rank_revealing});
  all.add("many right-hand sides", systems<double>(n, n, 9));
  all.add("threads", systems<double>(300, 300));
  all.add("batch", systems<double>(n, n, 2, 3));
  all.add("batch of small ones", systems<double>(5, 5, 2, 9));
  all.add("small and doubtful", hilbert(12));
  all.add("float32 factors", systems<double>(n, n), {.factors = factor_precision::float32});
  all.add("float32 factors that do not do", hilbert(11), {.factors = factor_precision::float32});
  all.add("escalated", wilkinson(130), {.operation = operation::transpose});
  all.add("condition and forward bound", systems<double>(n, n),
          {.condition = condition::always, .forward_bound = true});
  all.add("given up", systems<double>(n, n)).giving_up();
  all.add("out", systems<double>(n, n)).into_memory();
  all.add("out, small", systems<double>(6, 6, 2)).into_memory();
  all.add("out, small and doubtful", hilbert(12)).into_memory();
  all.add("out, escalated", wilkinson(130), {.operation = operation::transpose}).into_memory();
  all.add("out, least squares", systems<double>(40, 20)).into_memory();
  all.add("factors", systems<double>(n, n, 2), {}, factorize_and_solve).into_memory();
  all.add("factors of a batch", systems<double>(20, 20, 2, 3), {}, factorize_and_solve);
  all.add("factors of what was given up", systems<double>(n, n), {}, factorize_and_solve).giving_up();

  systems<double> identity(n, n, n);
  for (std::int64_t i = 0; i < n * n; ++i) {
    identity.b[static_cast<std::size_t>(i)] = i % (n + 1) == 0 ? 1 : 0;
  }
  all.add(
      "inverse", std::move(identity), {},
      [](const matrix_argument& a, const array_view&, const solve_options& options) { return inverse(a, options); });

  const solve_options on = all.options();
  all.ask("determinant", n, {}, [on](const array_view& a) { return said{determinant(a, on).real()}; });
  all.ask("factorization::rcond", n, {}, [on](const array_view& a) { return said{factorize(a, on).rcond()}; });
  all.ask("explain_solve", n, {}, [on](const array_view& a) { return said{0, explain_solve(a, a, on)}; });
  all.ask("factorization::explain", n, {}, [on](const array_view& a) { return said{0, factorize(a, on).explain()}; });
  const auto known = std::make_shared<solution>();
  for (const std::int64_t order : {std::int64_t{7}, n}) {
    const auto before = [on, known](const array_view& a) { *known = solve(a, a, on); };
    const std::string of_order = ", order " + std::to_string(order);
    all.ask("explain" + of_order, order, before, [known](const array_view&) { return said{0, known->explain()}; });
    all.ask("rcond" + of_order, order, before, [known](const array_view&) { return said{known->report.rcond()}; });
  }
  return all.take();
}

}  // namespace gpucompute::tests
