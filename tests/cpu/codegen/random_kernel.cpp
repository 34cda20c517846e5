// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/codegen/random_kernel.hpp"

#include <algorithm>

#include "tests/common/kernel_builder.hpp"
#include "tests/cpu/codegen/harness.hpp"
#include "tests/cpu/codegen/scalar_oracle.hpp"

namespace gpucompute::testing {

std::vector<primitive> all_primitives() {
  std::vector<primitive> found;
  for (std::size_t row = 0; row < graph::op_count(); ++row) {
    const auto operation = static_cast<graph::op>(row);
    for (const dtype type : real_types) {
      if (graph::lowering_of(operation, type).how == graph::lowering::primitive) found.push_back({operation, type});
    }
  }
  return found;
}

namespace {

lower::instruction application(const primitive& which, const std::vector<lower::value>& arguments) {
  lower::instruction step = {.code = lower::opcode::apply,
                             .operation = which.operation,
                             .type = primitive_result(which.operation, which.type),
                             .arity = static_cast<std::uint8_t>(arguments.size())};
  std::copy(arguments.begin(), arguments.end(), step.args.begin());
  return step;
}

dtype argument_type(const primitive& which, int position) {
  return which.operation == graph::op::where && position == 0 ? bool_ : which.type;
}

}  // namespace

lower::kernel single_primitive(const primitive& which) {
  lower::kernel kernel;
  code_builder make(kernel.body);
  std::vector<lower::value> arguments;
  for (int j = 0; j < graph::row(which.operation).arity; ++j) {
    const dtype type = argument_type(which, j);
    kernel.inputs.push_back({.type = type});
    arguments.push_back(make.load(static_cast<std::uint32_t>(j), type));
  }
  kernel.body.body.push_back(application(which, arguments));
  kernel.body.results = {static_cast<lower::value>(kernel.body.body.size() - 1)};
  kernel.outputs = {{.type = kernel.body.body.back().type}};
  return kernel;
}

lower::kernel single_cast(dtype from, dtype to) {
  lower::kernel kernel;
  kernel.inputs = {{.type = from}};
  kernel.outputs = {{.type = to}};
  code_builder make(kernel.body);
  kernel.body.results = {make.cast(make.load(0, from), to)};
  return kernel;
}

namespace {

/// Grows typed straight-line code at random.
class program_grower {
 public:
  program_grower(lower::program& code, std::mt19937_64& random) : body_(code.body), make_(code), random_(random) {}

  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }
  dtype any_real() { return real_types[below(std::size(real_types))]; }
  code_builder& make() { return make_; }

  void add_constant() {
    const dtype type = any_real();
    const std::uint64_t bits = random_element(type, random_);
    make_.constant(type, type == bool_ ? bits != 0 : bits);
  }
  /// A value of the type: often one that is there, else a cast of another.
  lower::value value_of(dtype type) {
    std::vector<lower::value> candidates;
    for (lower::value v = 0; v < body_.size(); ++v) {
      if (body_[v].type == type) candidates.push_back(v);
    }
    if (!candidates.empty() && below(4) != 0) return candidates[below(candidates.size())];
    return as(static_cast<lower::value>(below(body_.size())), type);
  }
  /// One of the last three values: they depend on most.
  lower::value newest(dtype type) {
    return as(static_cast<lower::value>(body_.size() - 1 - below(std::min<std::size_t>(3, body_.size()))), type);
  }
  void apply_something() {
    static const std::vector<primitive> primitives = all_primitives();
    primitive which = primitives[below(primitives.size())];
    if (below(2) == 0) {  // stay with a type that is there, so that chains form
      const dtype wanted = body_[below(body_.size())].type;
      for (int tries = 0; tries < 200 && which.type != wanted; ++tries) which = primitives[below(primitives.size())];
    }
    std::vector<lower::value> arguments;
    arguments.reserve(static_cast<std::size_t>(graph::row(which.operation).arity));
    for (int j = 0; j < graph::row(which.operation).arity; ++j) arguments.push_back(value_of(argument_type(which, j)));
    body_.push_back(application(which, arguments));
  }

 private:
  lower::value as(lower::value from, dtype type) { return body_[from].type == type ? from : make_.cast(from, type); }
  std::vector<lower::instruction>& body_;
  code_builder make_;
  std::mt19937_64& random_;
};

/// Inputs with random layouts, parameters, a constant and up to twelve applications.
lower::kernel random_body(std::mt19937_64& random) {
  static constexpr std::int32_t steps[] = {1, 1, 1, 1, 0, 2, -1, 3, -3, 4, -2, -4, lower::any_step, lower::any_step};
  lower::kernel kernel;
  program_grower grow(kernel.body, random);
  for (std::size_t k = 0, count = 1 + grow.below(4); k < count; ++k) {
    const auto type = static_cast<dtype>(grow.below(dtype_count));
    kernel.inputs.push_back({.type = type, .step = steps[grow.below(std::size(steps))], .aligned = grow.below(4) != 0});
    grow.make().load(static_cast<std::uint32_t>(k), component(type));
    if (is_complex(type)) grow.make().load(static_cast<std::uint32_t>(k), component(type), 1);
  }
  for (std::size_t k = 0, count = grow.below(3); k < count; ++k) {
    kernel.parameters.push_back(grow.any_real());
    grow.make().parameter(static_cast<std::uint32_t>(k), kernel.parameters.back());
  }
  if (grow.below(2) == 0) grow.add_constant();
  for (std::size_t turns = 1 + grow.below(12); turns > 0; --turns) grow.apply_something();
  return kernel;
}

}  // namespace

lower::kernel random_kernel(std::mt19937_64& random) {
  static constexpr std::int32_t steps[] = {1, 1, 1, 1, 2, -1, 3, lower::any_step};
  lower::kernel kernel = random_body(random);
  program_grower grow(kernel.body, random);
  for (std::size_t k = 0, count = 1 + grow.below(3); k < count; ++k) {
    const auto type = static_cast<dtype>(grow.below(dtype_count));
    kernel.outputs.push_back(
        {.type = type, .step = steps[grow.below(std::size(steps))], .aligned = grow.below(4) != 0});
    for (int lane = 0; lane < (is_complex(type) ? 2 : 1); ++lane) {
      kernel.body.results.push_back(grow.newest(component(type)));
    }
  }
  return kernel;
}

lower::kernel random_reduction(std::mt19937_64& random, lower::schedule schedule) {
  lower::kernel kernel = random_body(random);
  kernel.schedule = schedule;
  program_grower grow(kernel.body, random);
  if (grow.below(3) == 0) grow.make().position();
  for (std::size_t r = 0, count = 1 + grow.below(3); r < count; ++r) {
    lower::reducer reducer;
    program_grower combine(reducer.combine, random);
    for (std::size_t f = 0, fields = 1 + grow.below(3); f < fields; ++f) {
      const dtype type = grow.any_real();
      reducer.fields.push_back(type);
      const std::uint64_t bits = random_element(type, random);
      reducer.identities.push_back(type == bool_ ? bits != 0 : bits);
      reducer.lifted.push_back(grow.newest(type));
      combine.make().load(static_cast<std::uint32_t>(f), type, 0);
      combine.make().load(static_cast<std::uint32_t>(f), type, 1);
      kernel.outputs.push_back({.type = type, .step = grow.below(3) == 0 ? lower::any_step : 1, .aligned = true});
    }
    if (grow.below(3) == 0) combine.add_constant();
    for (std::size_t turns = 1 + grow.below(6); turns > 0; --turns) combine.apply_something();
    for (const dtype type : reducer.fields) reducer.combine.results.push_back(combine.newest(type));
    kernel.reducers.push_back(std::move(reducer));
  }
  return kernel;
}

}  // namespace gpucompute::testing
