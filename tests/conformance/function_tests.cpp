// SPDX-License-Identifier: Apache-2.0
#include "kernels/graph/op.hpp"
#include "tests/conformance/conformance.hpp"
#include "tests/conformance/layouts.hpp"
#include "tests/conformance/outputs.hpp"

// Every operation on every dtype in every layout, into every kind of output, on one thread and on three: not a bit may
// change.

namespace gpucompute::testing {
namespace {

using inputs_of = std::vector<argument>;

/// The elements that as_matrix() shows.
array matrix_of(const array& plain) { return plain.size() == 0 ? array() : array::from(as_matrix(plain)); }

class FunctionConformance : public Conformance {
 protected:
  void in_layouts(const numpy_case& one, const array& plain);
  void into_outputs(const numpy_case& one, const array& plain);
  void on_threads(const numpy_case& one);

  void compare(const numpy_case& one, const array& expected, const std::string& way, const inputs_of& inputs) {
    note(one, way, judge_call(one, expected, [&] { return evaluate(one.text, inputs, options()); }), inputs);
  }
  void note(const numpy_case& one, const std::string& way, const std::string& found, const inputs_of& inputs) {
    if (!found.empty()) {
      report(one, way, found);
    }
    count(one, way, inputs.front().value.view().size());
  }
};

void FunctionConformance::in_layouts(const numpy_case& one, const array& plain) {
  const array matrix = matrix_of(plain);
  for (const bool rows : {false, true}) {
    for (const layout which : all_layouts) {
      if (!rows && (which == layout::as_given || which == layout::transposed || which == layout::offset)) {
        continue;
      }
      std::vector<laid_out> copies;
      inputs_of inputs;
      for (std::size_t i = 0; i < one.views.size(); ++i) {
        copies.push_back(lay_out(rows ? as_matrix(one.views[i]) : one.views[i], which));
        inputs.push_back({one.names[i], copies.back().view});
      }
      compare(one, rows ? matrix : plain, (rows ? "matrix " : "") + std::string(name(which)), inputs);
    }
  }
  // Rows against columns: the same elements written out are what it must equal.
  inputs_of broadcast, written;
  std::vector<array> copies;
  for (std::size_t i = 0; i < one.views.size(); ++i) {
    const array_view view = with_stride_zero(one.views[i], i % 2 == 0);
    copies.push_back(array::from(view));
    broadcast.push_back({one.names[i], view});
  }
  for (std::size_t i = 0; i < copies.size(); ++i) {
    written.push_back({one.names[i], array_view(copies[i])});
  }
  const array expected = one.mistake.empty() ? evaluate(one.text, written, options()) : array();
  compare(one, expected, "broadcast", broadcast);
}

void FunctionConformance::into_outputs(const numpy_case& one, const array& plain) {
  for (const output which : all_outputs) {
    const bool cast = which == output::cast && one.mistake.empty();
    const dtype type = cast ? cast_of(plain.type()) : plain.type();
    const array expected =
        cast ? evaluate(std::string(gpucompute::name(type)) + "(" + one.text + ")", one.arguments(), options()) : plain;
    const std::string found = judge_call(
        one, expected, [&] { return evaluate_into(which, one.text, one.arguments(), type, plain.shape(), options()); });
    note(one, std::string(name(which)), found, one.arguments());
  }
}

void FunctionConformance::on_threads(const numpy_case& one) {
  constexpr double worth_three_threads = 1e6;  // bytes and units of cost, of 0.02 nanoseconds and more
  double each = 1;
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    const graph::op_row& row = graph::row(static_cast<graph::op>(i));
    each = one.label.substr(0, one.label.find('/')) == row.name ? row.cost : each;
  }
  for (const array_view& view : one.views) {
    each += static_cast<double>(size_of(view.type()));
  }
  const auto count = static_cast<std::int64_t>(worth_three_threads / each);
  note(one, "three threads", judge_on_three_threads(one, count), one.arguments());
}

TEST_P(FunctionConformance, BoundsHoldOnEveryDtypeAndNoWayOfCallingChangesABit) {
  std::set<std::string> threaded;
  for (const numpy_case& one : read("functions")) {
    array plain;
    note(one, "as given", judge(one, one.arguments(), &plain), one.arguments());
    in_layouts(one, plain);
    into_outputs(one, plain);
    if (threaded.insert(one.label).second) {
      on_threads(one);
    }
  }
  std::vector<std::string> names, ways{"as given", "broadcast", "three threads"};
  for (std::size_t i = 0; i < graph::op_count(); ++i) {
    const graph::op_row& row = graph::row(static_cast<graph::op>(i));
    if (!row.internal) {
      names.emplace_back(row.name);
    }
  }
  for (const char* way : {"strided", "reversed", "unaligned"}) {
    ways.emplace_back(way);
  }
  for (const layout which : all_layouts) {
    ways.push_back("matrix " + std::string(name(which)));
  }
  for (const output which : all_outputs) {
    ways.emplace_back(name(which));
  }
  expect_all_cells("operation", names, ways);
}

INSTANTIATE_TEST_SUITE_P(EveryTier, FunctionConformance, ::testing::ValuesIn(planned_runs()), name_of);

}  // namespace
}  // namespace gpucompute::testing
