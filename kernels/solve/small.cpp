// SPDX-License-Identifier: Apache-2.0
#include "kernels/solve/small.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <optional>

#include "kernels/evaluate/inline_buffer.hpp"
#include "kernels/solve/entry.hpp"
#include "kernels/solve/joined.hpp"
#include "kernels/solve/verify.hpp"

namespace gpucompute::solving {
namespace {

plan plan_of_small(dtype type, int threads) {
  plan result;
  result.why = reason::small;
  result.factors = type;
  result.threads = threads;
  return result;
}

/// Memory, which a few bytes do not allocate.
class room {
 public:
  room() {}  // NOLINT(modernize-use-equals-default): the bytes stay unwritten
  room(const room&) = delete;
  room& operator=(const room&) = delete;
  ~room() = default;

  void open(solver& with, std::size_t bytes) {
    if (bytes > sizeof few_) {
      more_ = with.allocate(bytes);
    }
  }
  void* data() const { return more_ != nullptr ? more_.get() : const_cast<std::byte*>(few_); }

 private:
  std::shared_ptr<void> more_;
  // Larger alignment would take what holds this past malloc's fast ways.
  alignas(std::max_align_t) std::byte few_[512];
};

/// Copies of the small matrices of a call, each once; their factors are made again when someone asks.
class copies_keeper final : public solve_report::keeper {
 public:
  copies_keeper(solver& with, const coefficients& a, const right_hand_sides& sides, std::int64_t systems,
                std::int64_t matrices)
      : with_(with),
        size_{a.stored.rows, a.stored.rows, sides.type, sides.count, false},
        systems_(systems),
        matrices_(matrices),
        transposed_(a.transposed) {
    copies_.open(with, each_bytes() * static_cast<std::size_t>(matrices));
  }

  const planned_for& size() const { return size_; }
  /// Where they can be copied as they lie, one a system; null where they are not dense, one behind the other.
  void* room_for(const matrix_view& first, std::int64_t system_stride) const {
    const auto size = static_cast<std::int64_t>(size_of(size_.type));
    const bool dense = first.row_stride == size && first.column_stride == size * size_.rows &&
                       (systems_ == 1 || system_stride == static_cast<std::int64_t>(each_bytes()));
    return dense && matrices_ == systems_ ? copies_.data() : nullptr;
  }

  void keep(const matrix_view& first, std::int64_t system_stride) {
    for (std::int64_t i = 0; i < matrices_; ++i) {
      with_.copy(moved(first, i * system_stride), false, 1, block_of(i), 1);
    }
  }

  double rcond() const override {
    double least = systems_ == 0 ? std::numeric_limits<double>::quiet_NaN() : std::numeric_limits<double>::infinity();
    for (std::int64_t i = 0; i < matrices_; ++i) {
      const coefficients a{.type = size_.type, .stored = view_of(block_of(i)), .transposed = transposed_};
      const prepared one = prepare("rcond", a, i, size_.type, 1,
                                   {.method = method::lu, .factors = factor_precision::same}, with_, keep::borrowed);
      const factors& made = *one.current.made;
      least = std::min(least, made.singular_at() >= 0 ? 0 : made.reciprocal_condition(one.norm_of_a()));
    }
    return least;
  }

  std::string explain(const solve_report& report) const override {
    call_facts call{.size = size_, .transposed = transposed_, .systems = systems_};
    call.chosen = plan_of_small(size_.type, report.threads);
    if (matrices_ > 0) {
      call.found = with_.inspect(view_of(block_of(0)), {});
    }
    return explain_plan(with_, call) + explain_outcome(report, call.size, systems_);
  }

 private:
  std::size_t each_bytes() const { return static_cast<std::size_t>(size_.rows * size_.rows) * size_of(size_.type); }
  block block_of(std::int64_t i) const {
    return {static_cast<char*>(copies_.data()) + i * static_cast<std::int64_t>(each_bytes()), size_.type, size_.rows,
            size_.rows, std::max<std::int64_t>(1, size_.rows)};
  }

  solver& with_;
  planned_for size_;
  std::int64_t systems_, matrices_;
  bool transposed_;  ///< these are copies of the transposes
  room copies_;
};

/// Bytes from each system to the next in C order, where these are the same all over the batch.
std::optional<std::int64_t> step_of(const dimensions& batch, const dimensions& strides) {
  std::int64_t step = 0, count = 1;
  for (std::size_t axis = batch.rank(); axis-- > 0;) {
    if (batch[axis] == 1) {
      continue;
    }
    if (count == 1) {
      step = strides[axis];
    } else if (strides[axis] != step * count) {
      return std::nullopt;
    }
    count *= batch[axis];
  }
  return step;
}

/// Of A and b.
struct steps {
  std::int64_t a = 0, b = 0;
};
std::optional<steps> steps_of(const right_hand_sides& sides) {
  if (sides.batch.rank() == 0) {
    return steps{};
  }
  const auto a = step_of(sides.batch, sides.a_strides);
  const auto b = step_of(sides.batch, sides.b_strides);
  return a && b ? std::optional(steps{*a, *b}) : std::nullopt;
}

/// Different A in `count` systems.
std::int64_t matrices_of(const steps& step, std::int64_t count) {
  return step.a == 0 ? std::min<std::int64_t>(count, 1) : count;
}

bool is_aligned(const matrix_view& a, std::int64_t system_stride, dtype type) {
  const std::uintptr_t bits = reinterpret_cast<std::uintptr_t>(a.data) | static_cast<std::uintptr_t>(a.row_stride) |
                              static_cast<std::uintptr_t>(a.column_stride) | static_cast<std::uintptr_t>(system_stride);
  return a.type == type && (bits & (size_of(component(type)) - 1)) == 0;
}

/// Up to this order LU is fastest whatever the structure.
constexpr std::int64_t largest_of_any_structure = 32;

/// Whether no structure of the systems could make another method faster: what has numbers in both far corners is neither
/// a triangle nor a band, and LU here is as fast as Cholesky there.
bool are_full(const coefficients& a, const right_hand_sides& sides, const steps& step) {
  const std::int64_t last = a.stored.rows - 1;
  const std::int64_t count = matrices_of(step, element_count(sides.batch));
  for (std::int64_t i = 0; i < count; ++i) {
    const matrix_view one = moved(a.stored, i * step.a);
    if (entry_of(one, 0, last) == 0.0 || entry_of(one, last, 0) == 0.0) {
      return false;
    }
  }
  return true;
}

bool suits(const solver& with, const solve_options& options, const coefficients& a, const right_hand_sides& sides,
           const std::optional<steps>& step) {
  const std::int64_t n = a.stored.rows;
  return step && n > 0 && n == a.stored.columns && n <= with.largest_small(sides.type) &&
         (options.method == method::automatic || options.method == method::lu) &&
         (options.assume == structure::any || options.assume == structure::general) &&
         options.factors != factor_precision::float32 && options.condition != condition::always &&
         !options.forward_bound && is_aligned(a.stored, step->a, sides.type) &&
         is_aligned(sides.b, step->b, sides.type) &&
         (n <= largest_of_any_structure || options.assume == structure::general || options.method == method::lu ||
          are_full(a, sides, *step));
}

/// What a call may use; not asked where one system uses one anyway.
int threads_for(const solver& with, const solve_options& options, std::int64_t count) {
  if (count <= 1 || options.threads == 1) {
    return 1;
  }
  const int most = with.most_threads();
  return options.threads > 0 ? std::min(options.threads, most) : most;
}

/// x in C order, beside the caller's memory: that is written when nothing can fail any more.
class answers_aside {
 public:
  answers_aside(solver& with, const right_hand_sides& sides, std::int64_t systems)
      : with_(with), type_(sides.type), rows_(sides.unknowns), columns_(sides.count), systems_(systems) {}

  std::int64_t system_stride() const { return rows_ * columns_ * size(); }
  /// x of the first system, to be written.
  matrix_view open() {
    room_.open(with_, static_cast<std::size_t>(systems_ * system_stride()));
    return {room_.data(), type_, rows_, columns_, columns_ * size(), size()};
  }

  /// `first`: x of the first system.
  void give(const matrix_view& first, std::int64_t x_system) const {
    matrix_view one = transposed(first);  // which lies here column by column
    if (!becomes_a_column(one)) {
      for (std::int64_t i = 0; i < systems_; ++i) {
        store(i * system_stride(), moved(one, i * x_system));
      }
      return;
    }
    matrix_view all = {one.data, type_, one.rows, systems_, one.row_stride, x_system};
    becomes_a_column(all);
    store(0, all);
  }

 private:
  /// Where its columns run on from each other.
  static bool becomes_a_column(matrix_view& all) {
    if (all.rows != 1 && all.columns != 1 && all.column_stride != all.rows * all.row_stride) {
      return false;
    }
    all.row_stride = all.rows == 1 ? all.column_stride : all.row_stride;
    all.rows *= all.columns;
    all.columns = 1;
    return true;
  }
  void store(std::int64_t offset, const matrix_view& to) const {
    void* const from = static_cast<char*>(room_.data()) + offset;
    with_.store({from, type_, to.rows, to.columns, std::max<std::int64_t>(1, to.rows)}, to);
  }
  std::int64_t size() const { return static_cast<std::int64_t>(size_of(type_)); }

  solver& with_;
  dtype type_;
  std::int64_t rows_, columns_, systems_;
  room room_;
};

bool is_good(const small_outcome& one, double bar, dtype type) {
  return one.finite && one.singular_at < 0 && one.backward_error <= bar && !is_suspicious(one.condition_bound, type);
}

}  // namespace

std::optional<plan> plan_as_small(const solver& with, const solve_options& options, const coefficients& a,
                                  const right_hand_sides& sides) {
  if (!suits(with, options, a, sides, steps_of(sides))) {
    return std::nullopt;
  }
  return plan_of_small(sides.type, threads_for(with, options, element_count(sides.batch)));
}

bool solve_as_small(const char* function, solver& with, const solve_options& options, const coefficients& a,
                    const right_hand_sides& sides, target& to, solution& result) {
  const auto step = steps_of(sides);
  const auto to_next_x = step_of(sides.batch, to.view.strides());
  matrix_view x = view_of_x(to.view, sides);
  if (!suits(with, options, a, sides, step) || !to_next_x || !is_aligned(x, *to_next_x, sides.type)) {
    return false;
  }
  const std::int64_t count = element_count(sides.batch);
  std::int64_t x_system = *to_next_x;
  answers_aside aside(with, sides, count);
  if (options.out) {
    x = aside.open();
    x_system = aside.system_stride();
  }
  const std::int64_t matrices = matrices_of(*step, count);
  auto kept = std::make_shared<copies_keeper>(with, a, sides, count, matrices);
  const planned_for& size = kept->size();
  const small_systems systems{.count = count,
                              .order = size.rows,
                              .right_hand_sides = sides.count,
                              .type = sides.type,
                              .a = a.stored.data,
                              .a_system = step->a,
                              .a_row = a.stored.row_stride,
                              .a_column = a.stored.column_stride,
                              .b = sides.b.data,
                              .b_system = step->b,
                              .b_row = sides.b.row_stride,
                              .b_column = sides.b.column_stride,
                              .x = const_cast<void*>(x.data),
                              .x_system = x_system,
                              .x_row = x.row_stride,
                              .x_column = x.column_stride,
                              .op = sides.op,
                              .screened = options.condition == condition::screened,
                              .threads = threads_for(with, options, count),
                              .copies = kept->room_for(a.stored, step->a)};
  solve_report& report = result.report;
  report.backward_errors.resize(static_cast<std::size_t>(systems.count * systems.right_hand_sides));
  const joined_systems joined(systems);
  const bool joins = joined.is_less();
  const std::int64_t solved = joins ? joined.count() : count;
  evaluation::inline_buffer<small_outcome, 1> outcomes(static_cast<std::size_t>(solved), {});
  double* const errors = report.backward_errors.data();
  report.threads =
      joins ? joined.solve(with, outcomes.data(), errors) : with.solve_small(systems, outcomes.data(), errors);

  report.bar = bar_of(size.rows, size.columns, size.type);
  report.factors = size.type;
  report.rank = size.rows;
  for (std::int64_t i = 0; i < solved; ++i) {
    const small_outcome& one = outcomes[static_cast<std::size_t>(i)];
    if (is_good(one, report.bar, size.type)) {
      report.condition_bound = std::max(report.condition_bound, one.condition_bound);
      continue;
    }
    if (matrices == 1) {
      return false;  // prepared once for all, with a report of all that is tried
    }
    coefficients intact = at_offset(a, i * step->a);
    intact.given_up = nullptr;  // perhaps it is still to be copied
    const prepared ready = prepare(function, intact, i, size.type, sides.count, options, with, keep::borrowed);
    const answer again =
        answer_system(function, ready, options, sides, moved(sides.b, i * systems.b_system), moved(x, i * x_system), i);
    std::ranges::copy(again.backward_errors, errors + i * systems.right_hand_sides);
    report.condition_bound = std::max(report.condition_bound, again.condition_bound);
    report.verdict = std::max(report.verdict, again.verdict);
    if (again.verdict != verdict::good) {
      report.doubtful.push_back(i);
    }
  }
  report.backward_error = worst_of(report.backward_errors);
  if (systems.copies == nullptr) {
    kept->keep(a.stored, step->a);
  }
  report.kept = std::move(kept);
  if (options.out) {
    aside.give(view_of_x(to.view, sides), *to_next_x);
  }
  result.x = std::move(to.made);
  return true;
}

}  // namespace gpucompute::solving
