// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gpucompute/evaluate.hpp>

#include "kernels/device/backend.hpp"
#include "kernels/device/fork_gate.hpp"
#include "kernels/evaluate/call.hpp"
#include "kernels/language/compile.hpp"
#include "kernels/lower/lowered.hpp"

namespace gpucompute {

/// A compiled text and the plans made so far for the layouts it was called with. Immutable but for that cache.
class function::implementation {
 public:
  struct settings {
    std::string text;                 ///< for explain()
    std::vector<parameter> declared;  ///< names that a call may give, used or not
    device_layer::backend& where;
    device_layer::prepare_options prepare;
  };

  /// An output of a call: empty name for the last statement, null memory for an array made by the call.
  struct request {
    std::string_view name;
    const mutable_view* memory;
  };

  implementation(language::typed_text text, settings chosen);

  /// One array a request, in order; an empty one where the request has memory.
  std::vector<array> run(const arguments& inputs, std::span<const request> wanted, int threads) const;
  /// The same for the last statement alone, without a list.
  array run_last(const arguments& inputs, const mutable_view* out, std::span<const named_output> outputs,
                 int threads) const;

  /// Fills `made` with one call of run(), or of run_last(). @throw invalid_argument
  void bind(const arguments& inputs, std::span<const request> wanted, evaluation::call& made) const;
  void bind_last(const arguments& inputs, const mutable_view* out, std::span<const named_output> outputs,
                 evaluation::call& made) const;

  std::string explain(const evaluation::call& which) const;
  std::string source(const evaluation::call& which) const;
  cost_estimate estimate(const evaluation::call& which) const;
  gpucompute::tier tier_of(const evaluation::call& which) const;

  const graph::program& program() const { return *text_.program; }

 private:
  /// A plan whose kernels are ready to run.
  struct bound_plan {
    std::uint64_t hash = 0;
    std::vector<std::uint64_t> key;
    lower::plan plan;
    std::vector<std::shared_ptr<const device_layer::executable>> executables;  ///< one a launch, null of a contraction
    solving::solver* solver = nullptr;                                         ///< of a plan with contractions
    std::vector<std::size_t> scratch_offsets;
    std::size_t scratch_bytes = 0;
  };
  static constexpr std::size_t most_plans = 32;

  std::shared_ptr<const bound_plan> find(const evaluation::call& which) const;
  lower::plan plan_of(const evaluation::call& which) const;
  /// What a contraction is and which library does it, or what is missing, in one line.
  std::string contraction_place(const lower::launch& which) const;
  /// Arrays for outputs without memory are handed to take(k, array) before the first launch.
  template <typename Take>
  void execute(const bound_plan& bound, const evaluation::call& which, int threads, Take take) const;

  language::typed_text text_;
  settings settings_;
  std::shared_ptr<const lower::lowered> lowered_;
  // Read by every call, written when a layout is met for the first time. Readers take a copy of the entry's owner, so an
  // entry can be replaced while another thread still runs it.
  mutable device_layer::fork_aware_mutex mutex_;
  mutable std::vector<std::shared_ptr<const bound_plan>> plans_;
  mutable std::size_t next_replaced_ = 0;
};

namespace evaluation {
/// What function::all() asks for: `names` as new arrays, then what has memory.
std::vector<function::implementation::request> requests_of(std::span<const std::string> names,
                                                           const call_options& options);
}  // namespace evaluation

/// A function of a text that is typed already.
function make_function(language::typed_text text, function::implementation::settings chosen);

}  // namespace gpucompute
