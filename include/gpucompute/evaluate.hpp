// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <gpucompute/array.hpp>
#include <gpucompute/device.hpp>
#include <gpucompute/export.hpp>

namespace gpucompute {

/// `precise`: no contraction, bits as the documented table says. `fast`: contraction and quicker variants of functions are
/// allowed; a device need not take them, and `reference` takes none.
enum class precision : std::uint8_t { precise, fast };

/// How the CPU runs a kernel. `automatic` interprets work too small to repay a compile.
enum class tier : std::uint8_t { automatic, interpreter, jit };

/// A number that takes the type of what it meets, as a literal in the text does. For evaluate() and its kin: the inputs of a
/// compiled function have types.
struct weak_scalar {
  std::variant<bool, std::int64_t, std::uint64_t, double, std::complex<double>> value;
};

/// What a name stands for in one call: a view of an array, or one number.
class GPUCOMPUTE_API argument_value {
 public:
  template <typename T>
  // NOLINTNEXTLINE(google-explicit-constructor): written as {"a", a}
  requires std::convertible_to<const T&, array_view> argument_value(const T& value) : view_(value) {}
  template <element T>
  argument_value(T value)  // NOLINT(google-explicit-constructor)
      : view_(nullptr, dtype_of<T>(), dimensions{}), scalar_(true) {
    static_assert(sizeof(T) <= sizeof(payload_));
    new (payload_) T(value);
  }
  argument_value(const weak_scalar& value)  // NOLINT(google-explicit-constructor)
      : view_(nullptr, float64, dimensions{}), scalar_(true), weak_(value), is_weak_(true) {}

  const array_view& view() const noexcept { return view_; }
  dtype type() const noexcept { return view_.type(); }
  /// Address of the first element; for a number, of the copy inside this object.
  const void* data() const noexcept { return scalar_ ? payload_ : view_.data(); }
  /// Not null when the value is a weak number.
  const weak_scalar* weak() const noexcept { return is_weak_ ? &weak_ : nullptr; }

 private:
  array_view view_;
  alignas(16) std::byte payload_[16] = {};
  bool scalar_ = false;
  weak_scalar weak_;
  bool is_weak_ = false;
};

struct argument {
  std::string_view name;
  argument_value value;
};

/// The named inputs of a call, in any order; borrowed for the call. A name that the expression does not use is an
/// error of evaluate(); one that compile() was not given, of a call.
class arguments {
 public:
  arguments(std::initializer_list<argument> list) : list_(list.begin(), list.size()) {}  // NOLINT
  arguments(std::span<const argument> list) : list_(list) {}                             // NOLINT
  arguments(const std::vector<argument>& list) : list_(list) {}                          // NOLINT
  const argument* begin() const noexcept { return list_.data(); }
  const argument* end() const noexcept { return list_.data() + list_.size(); }
  std::size_t size() const noexcept { return list_.size(); }
  const argument& operator[](std::size_t index) const noexcept { return list_[index]; }

 private:
  std::span<const argument> list_;
};

/// The type of a named input of a function.
struct parameter {
  std::string name;
  dtype type;
};

/// Memory for a named statement's result.
struct named_output {
  std::string name;
  mutable_view view;
};

struct named_array {
  std::string name;
  array value;
};

struct evaluate_options {
  /// Where the last statement's result goes; its dtype must be reachable by a same-kind cast, and its shape must be
  /// one that the result broadcasts to, without elements only if the result has none. It may overlap inputs in any way:
  /// the result is as if it did not. None given: the call makes the array.
  std::optional<mutable_view> out = {};
  /// Where the results of named statements go, same rules.
  std::vector<named_output> outputs = {};
  gpucompute::device device = {};
  /// Most threads to use; 0: as many as the thread budget of the process allows. Negative ones are refused.
  int threads = 0;
  gpucompute::precision precision = precision::precise;
  gpucompute::tier tier = tier::automatic;
};

struct compile_options {
  gpucompute::device device = {};
  gpucompute::precision precision = precision::precise;
  gpucompute::tier tier = tier::automatic;
};

struct call_options {
  std::optional<mutable_view> out = {};
  std::vector<named_output> outputs = {};
  int threads = 0;
};

/// What a call costs, counted from the kernels that would run. Transfers are not counted.
struct cost_estimate {
  double bytes = 0;  ///< read and written in memory, each array once a kernel
  double flops = 0;  ///< arithmetic of the primitives; a library function counts as its row's cost
  int kernels = 0;   ///< launches
};

/// A compiled expression: immutable, cheap to copy, callable from any number of threads at once. A moved-from one refuses
/// every call with invalid_argument.
class GPUCOMPUTE_API function {
 public:
  class implementation;
  explicit function(std::shared_ptr<const implementation> body) : body_(std::move(body)) {}

  /// The last statement's result; an empty array when options.out is given (the result is there).
  /// @throw shape_error for operands that do not broadcast, invalid_argument for inputs and outputs that are not as compiled,
  /// both before anything is launched; out_of_memory, runtime_failure
  array operator()(const arguments& inputs, const call_options& options = {}) const;
  /// The results of the named statements, in the order of `names`.
  std::vector<named_array> all(const arguments& inputs, std::span<const std::string> names,
                               const call_options& options = {}) const;

  /// Plan in words of the call with these inputs and options: graph, stages, kernels, device, tier, cost.
  std::string explain(const arguments& inputs, const call_options& options = {}) const;
  /// The text of the generated kernels: LLVM IR on cpu, CUDA C++ on cuda.
  std::string source(const arguments& inputs, const call_options& options = {}) const;
  cost_estimate estimate(const arguments& inputs, const call_options& options = {}) const;
  /// What runs a call with these inputs by now: `jit` when it launches kernels and all are compiled, else `interpreter`;
  /// matrix products are no kernels. With the automatic tier the answer changes once the work done has repaid a compile.
  gpucompute::tier tier_of(const arguments& inputs, const call_options& options = {}) const;
  /// Type of the last statement's result.
  dtype type() const;
  /// For the library itself. @throw invalid_argument when moved from
  const implementation& body() const;

 private:
  std::shared_ptr<const implementation> body_;
};

/// Parses, types and checks. Inputs are given as {"name", dtype}.
GPUCOMPUTE_API function compile(std::string_view text, std::initializer_list<parameter> inputs,
                                const compile_options& options = {});
GPUCOMPUTE_API function compile(std::string_view text, std::span<const parameter> inputs,
                                const compile_options& options = {});

/// compile and call in one; compiled functions are cached by text and types.
GPUCOMPUTE_API array evaluate(std::string_view text, const arguments& inputs, const evaluate_options& options = {});
/// Several named results at once, in the order of `names`.
GPUCOMPUTE_API std::vector<named_array> evaluate_all(std::string_view text, const arguments& inputs,
                                                     std::span<const std::string> names,
                                                     const evaluate_options& options = {});
/// The plan of evaluate() in words and the generated text, also for a device that is not there.
GPUCOMPUTE_API std::string explain(std::string_view text, const arguments& inputs,
                                   const evaluate_options& options = {});
/// The same of evaluate_all().
GPUCOMPUTE_API std::string explain_all(std::string_view text, const arguments& inputs,
                                       std::span<const std::string> names, const evaluate_options& options = {});

}  // namespace gpucompute
