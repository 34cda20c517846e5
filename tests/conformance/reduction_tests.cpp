// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/op.hpp"
#include "tests/conformance/conformance.hpp"
#include "tests/conformance/layouts.hpp"
#include "tests/conformance/outputs.hpp"

// Every reduction on every dtype. The layout decides along which loop a sum runs, so each layout is held against NumPy;
// outputs and threads may not change a bit.

namespace gpucompute::testing {
namespace {

class ReductionConformance : public Conformance {
 protected:
  void in_layouts(const numpy_case& one) {
    for (const layout which : all_layouts) {
      const laid_out copy = lay_out(one.views[0], which);
      note(one, std::string(name(which)), judge(one, {{one.names[0], copy.view}}), one.views[0].size());
    }
  }

  void into_outputs(const numpy_case& one) {
    array plain;
    if (one.mistake.empty()) {
      plain = evaluate(one.text, one.arguments(), options());
    }
    for (const output which : all_outputs) {
      const bool cast = which == output::cast && one.mistake.empty();
      const dtype type = cast ? cast_of(plain.type()) : plain.type();
      const std::string text = cast ? std::string(gpucompute::name(type)) + "(" + one.text + ")" : one.text;
      const array expected = one.mistake.empty() ? evaluate(text, one.arguments(), options()) : array();
      const std::string found = judge_call(one, expected, [&] {
        return evaluate_into(which, one.text, one.arguments(), type, plain.shape(), options());
      });
      note(one, std::string(name(which)), found, one.views[0].size());
    }
  }

  void on_threads(const numpy_case& one) {
    constexpr std::size_t worth_three_threads = 1'000'000;  // bytes, of 0.02 nanoseconds and more
    const auto count = static_cast<std::int64_t>(worth_three_threads / size_of(one.views[0].type()));
    note(one, "three threads", judge_on_three_threads(one, count), count);
    const array many = repeated(one.views[0], count);
    evaluate_options chosen = options();
    chosen.threads = 1;
    const std::vector<argument> inputs{{one.names[0], array_view(many)}};
    const array expected = one.mistake.empty() ? evaluate(one.text, inputs, chosen) : array();
    chosen.threads = 3;
    // Many leaves, whose states wait apart, into an output with gaps.
    const std::string strided = judge_call(one, expected, [&] {
      return evaluate_into(output::strided, one.text, inputs, expected.type(), expected.shape(), chosen);
    });
    note(one, "long, into strided out", strided, many.size());
  }

  void note(const numpy_case& one, const std::string& way, const std::string& found, std::int64_t elements) {
    if (!found.empty()) {
      report(one, way, found);
    }
    count(one, way, elements);
  }
};

TEST_P(ReductionConformance, ReductionsGiveWhatNumPyGivesHoweverTheyAreCalled) {
  const auto ends = [](const std::string& text, std::string_view with) {
    return text.size() >= with.size() && text.compare(text.size() - with.size(), with.size(), with) == 0;
  };
  for (const numpy_case& one : read("reductions")) {
    if (ends(one.label, "/broadcast")) {
      note(one, "broadcast", judge(one, one.arguments()), one.views[0].size());
      continue;
    }
    in_layouts(one);
    into_outputs(one);
    if (ends(one.label, "/3x4x5") && one.text.find("keepdims") == std::string::npos) {
      on_threads(one);
    }
  }
  std::vector<std::string> names, ways{"broadcast", "three threads", "long, into strided out"};
  for (std::size_t i = 0; i < graph::reduction_count(); ++i) {
    names.emplace_back(graph::row(static_cast<graph::reduction>(i)).name);
  }
  for (const layout which : all_layouts) {
    ways.emplace_back(name(which));
  }
  for (const output which : all_outputs) {
    ways.emplace_back(name(which));
  }
  expect_all_cells("reduction", names, ways);
}

INSTANTIATE_TEST_SUITE_P(EveryTier, ReductionConformance, ::testing::ValuesIn(planned_runs()), name_of);

}  // namespace
}  // namespace gpucompute::testing
