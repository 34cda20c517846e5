// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cfenv>
#include <cstring>
#include <functional>
#include <mutex>
#include <shared_mutex>
#include <unordered_map>

#include <gpucompute/error.hpp>
#include <gpucompute/evaluate.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/checks.hpp"
#include "kernels/device/fork_gate.hpp"
#include "kernels/evaluate/function.hpp"
#include "kernels/language/tree.hpp"

namespace gpucompute {
namespace {

struct target {
  const gpucompute::device& where;
  gpucompute::precision precision;
  gpucompute::tier tier;
};

/// Constants are folded as the devices compute, whatever the host program has set for its thread.
class default_rounding {
 public:
  default_rounding() {
    if (std::fegetenv(&before_) != 0 || std::fesetenv(FE_DFL_ENV) != 0) {
      throw runtime_failure("evaluate: expected to set the thread's rounding, got a refusal of fesetenv");
    }
  }
  ~default_rounding() { std::fesetenv(&before_); }
  default_rounding(const default_rounding&) = delete;
  default_rounding& operator=(const default_rounding&) = delete;

 private:
  std::fenv_t before_;
};

enum class unused_inputs { allowed, refused };

function compile_bindings(std::string_view text, std::span<const language::binding> bindings, const target& to,
                          unused_inputs unused) {
  if (to.precision > precision::fast) {
    throw invalid_argument("evaluate: expected precision precise or fast, got the number " +
                           std::to_string(static_cast<unsigned>(to.precision)));
  }
  if (to.tier > tier::jit) {
    throw invalid_argument("evaluate: expected tier automatic, interpreter or jit, got the number " +
                           std::to_string(static_cast<unsigned>(to.tier)));
  }
  const default_rounding rounding;
  std::vector<parameter> declared;
  for (const language::binding& each : bindings) {
    const dtype* type = std::get_if<dtype>(&each.what);
    declared.push_back({each.name, type != nullptr ? *type : float64});
  }
  const device_layer::gated_section section;
  language::typed_text typed = language::compile_text(text, bindings);
  for (std::size_t i = 0; i < bindings.size() && unused == unused_inputs::refused; ++i) {
    if (!typed.used[i]) {
      const auto& statements = typed.source->statements;
      const bool replaced = std::any_of(statements.begin(), statements.end(), [&](const language::statement& each) {
        return typed.source->at(each.name) == bindings[i].name;
      });
      throw invalid_argument("evaluate: expected only inputs that the expression uses, got '" + bindings[i].name +
                             "', which " +
                             (replaced ? "its statement `" + bindings[i].name + " = ...` replaces" : "it does not"));
    }
  }
  return make_function(std::move(typed), {.text = std::string(text),
                                          .declared = std::move(declared),
                                          .where = device_layer::find(to.where),
                                          .prepare = {.precision = to.precision, .tier = to.tier}});
}

std::size_t mix(std::size_t seed, std::size_t part) {
  seed = (seed ^ part) * 0x9e3779b97f4a7c15ULL;
  return seed ^ seed >> 32U;
}

bool same_weak(const weak_scalar& a, const weak_scalar& b) {
  // By bits: NaN is itself, and the two zeros are two values.
  return a.value.index() == b.value.index() &&
         std::visit(
             [&b](const auto& value) {
               // NOLINTNEXTLINE(bugprone-suspicious-memory-comparison)
               return std::memcmp(&value, &std::get<std::remove_cvref_t<decltype(value)>>(b.value), sizeof value) == 0;
             },
             a.value);
}

/// Functions of texts that were evaluated, found by text, names, types, weak values and target; the oldest go first.
class function_cache {
 public:
  function find(std::string_view text, const arguments& inputs, const target& to) {
    const std::size_t hash = hash_of(text, inputs, to);
    {
      const std::shared_lock lock(mutex_);
      if (const function* known = known_function(hash, text, inputs, to)) {
        return *known;
      }
    }
    const device_layer::gated_section section;
    entry made = compile(text, inputs, to);
    const std::unique_lock lock(mutex_);
    if (const function* known = known_function(hash, text, inputs, to)) {  // by another thread meanwhile
      return *known;
    }
    if (order_.size() < most) {
      order_.push_back(hash);
    } else {
      // An entry is missing where there was no memory to add it.
      if (const auto oldest = entries_.find(order_[next_]); oldest != entries_.end()) {
        entries_.erase(oldest);
      }
      order_[next_] = hash;
      next_ = (next_ + 1) % most;
    }
    return entries_.emplace(hash, std::move(made))->second.made;
  }

 private:
  static constexpr std::size_t most = 1024;

  struct entry {
    std::string text;
    std::vector<language::binding> inputs;
    std::string device;
    gpucompute::precision precision;
    gpucompute::tier tier;
    function made;
  };

  /// Null where there is none. Under the lock.
  const function* known_function(std::size_t hash, std::string_view text, const arguments& inputs,
                                 const target& to) const {
    const auto [first, last] = entries_.equal_range(hash);
    const auto found =
        std::find_if(first, last, [&](const auto& each) { return matches(each.second, text, inputs, to); });
    return found == last ? nullptr : &found->second.made;
  }

  static std::size_t hash_of(std::string_view text, const arguments& inputs, const target& to) {
    const std::hash<std::string_view> hash;
    std::size_t seed = mix(hash(text), hash(to.where.name()));
    seed = mix(seed, static_cast<std::size_t>(to.precision) << 8U | static_cast<std::size_t>(to.tier));
    for (const argument& each : inputs) {
      seed = mix(mix(seed, hash(each.name)),
                 each.value.weak() != nullptr ? ~std::size_t{0} : static_cast<std::size_t>(each.value.type()));
    }
    return seed;
  }

  static bool matches(const entry& known, std::string_view text, const arguments& inputs, const target& to) {
    if (known.text != text || known.device != to.where.name() || known.precision != to.precision ||
        known.tier != to.tier || known.inputs.size() != inputs.size()) {
      return false;
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      const language::binding& bound = known.inputs[i];
      const weak_scalar* weak = inputs[i].value.weak();
      const weak_scalar* known_weak = std::get_if<weak_scalar>(&bound.what);
      if (bound.name != inputs[i].name || (weak == nullptr) != (known_weak == nullptr) ||
          (weak != nullptr ? !same_weak(*weak, *known_weak) : std::get<dtype>(bound.what) != inputs[i].value.type())) {
        return false;
      }
    }
    return true;
  }

  static entry compile(std::string_view text, const arguments& inputs, const target& to) {
    std::vector<language::binding> bindings;
    for (const argument& each : inputs) {
      bindings.push_back({std::string(each.name), {}});
      if (const weak_scalar* weak = each.value.weak()) {
        bindings.back().what = *weak;
      } else {
        bindings.back().what = each.value.type();
      }
    }
    function made = compile_bindings(text, bindings, to, unused_inputs::refused);
    return {std::string(text), std::move(bindings), to.where.name(), to.precision, to.tier, std::move(made)};
  }

  // Read by every evaluate(), written by the first one of a text: readers share.
  device_layer::fork_aware_mutex mutex_;
  std::unordered_multimap<std::size_t, entry> entries_;
  std::vector<std::size_t> order_;  ///< hashes, a ring once full
  std::size_t next_ = 0;
};

function_cache& known_functions() {
  return device_layer::made_once([] { return new function_cache; });
}

call_options call_options_of(const evaluate_options& options) {
  return {.out = options.out, .outputs = options.outputs, .threads = options.threads};
}

function cached(std::string_view text, const arguments& inputs, const evaluate_options& options) {
  return known_functions().find(text, inputs, {options.device, options.precision, options.tier});
}

}  // namespace

function compile(std::string_view text, std::span<const parameter> inputs, const compile_options& options) try {
  std::vector<language::binding> bindings;
  for (const parameter& each : inputs) {
    require_dtype("compile", each.type);
    bindings.push_back({each.name, each.type});
  }
  return compile_bindings(text, bindings, {options.device, options.precision, options.tier}, unused_inputs::allowed);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

function compile(std::string_view text, std::initializer_list<parameter> inputs, const compile_options& options) {
  return compile(text, std::span<const parameter>(inputs.begin(), inputs.size()), options);
}

array evaluate(std::string_view text, const arguments& inputs, const evaluate_options& options) try {
  return cached(text, inputs, options)
      .body()
      .run_last(inputs, evaluation::memory_of(options.out), options.outputs, options.threads);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::vector<named_array> evaluate_all(std::string_view text, const arguments& inputs,
                                      std::span<const std::string> names, const evaluate_options& options) try {
  return cached(text, inputs, options).all(inputs, names, call_options_of(options));
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string explain(std::string_view text, const arguments& inputs, const evaluate_options& options) try {
  evaluation::require_threads(options.threads);
  const function made = cached(text, inputs, options);
  evaluation::call which;
  made.body().bind_last(inputs, evaluation::memory_of(options.out), options.outputs, which);
  return made.body().explain(which) + made.body().source(which);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

std::string explain_all(std::string_view text, const arguments& inputs, std::span<const std::string> names,
                        const evaluate_options& options) try {
  evaluation::require_threads(options.threads);
  const function made = cached(text, inputs, options);
  evaluation::call which;
  const call_options call = call_options_of(options);
  made.body().bind(inputs, evaluation::requests_of(names, call), which);
  return made.body().explain(which) + made.body().source(which);
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
