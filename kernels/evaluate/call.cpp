// SPDX-License-Identifier: Apache-2.0
#include "kernels/evaluate/call.hpp"

#include <algorithm>

#include <gpucompute/error.hpp>

#include "kernels/evaluate/overlap.hpp"

namespace gpucompute::evaluation {
namespace {

std::string quoted(std::string_view name) { return "'" + std::string(name) + "'"; }

std::string result_name(std::string_view name) { return name.empty() ? "the unnamed result" : quoted(name); }

/// Names in a list for a message: "'a', 'b'".
template <typename List, typename Shown>
std::string all_names(const List& list, Shown shown) {
  std::string text;
  for (const auto& each : list) {
    text += (text.empty() ? "" : ", ") + shown(each);
  }
  return text.empty() ? "none" : text;
}

bool is_aligned(const void* data, dtype type) {
  return reinterpret_cast<std::uintptr_t>(data) % size_of(component(type)) == 0;
}

/// bool, unsigned, signed, floating, complex: NumPy's same_kind goes up this order.
int kind_rank(dtype type) {
  switch (kind(type)) {
    case dtype_kind::boolean:
      return 0;
    case dtype_kind::unsigned_integer:
      return 1;
    case dtype_kind::signed_integer:
      return 2;
    case dtype_kind::floating:
      return 3;
    case dtype_kind::complex:
      return 4;
  }
  return 0;
}

const argument& find_argument(const arguments& inputs, std::string_view name, std::size_t guess) {
  if (guess < inputs.size() && inputs[guess].name == name) {
    return inputs[guess];
  }
  for (const argument& each : inputs) {
    if (each.name == name) {
      return each;
    }
  }
  throw invalid_argument("evaluate: expected a value for the input " + quoted(name) + ", got " +
                         all_names(inputs, [](const argument& each) { return quoted(each.name); }));
}

void check_names(std::span<const parameter> declared, const arguments& inputs) {
  for (const argument& each : inputs) {
    if (std::any_of(inputs.begin(), &each, [&](const argument& other) { return other.name == each.name; })) {
      throw invalid_argument("evaluate: expected each input once, got " + quoted(each.name) + " twice");
    }
    const auto known =
        std::find_if(declared.begin(), declared.end(), [&](const parameter& which) { return which.name == each.name; });
    if (known == declared.end()) {
      throw invalid_argument("evaluate: expected inputs of the expression (" +
                             all_names(declared, [](const parameter& which) { return quoted(which.name); }) +
                             "), got " + quoted(each.name));
    }
  }
}

void add_layout(const array_view& view, plan_key& key) {
  for (std::size_t axis = 0; axis < view.rank(); ++axis) {
    key.push_back(static_cast<std::uint64_t>(view.shape()[axis]));
    key.push_back(static_cast<std::uint64_t>(view.strides()[axis]));
  }
}

}  // namespace

void require_threads(int threads) {
  if (threads < 0) {
    throw invalid_argument("evaluate: expected a number of threads of at least 0, got " + std::to_string(threads));
  }
}

void bind_inputs(const graph::program& program, std::span<const parameter> declared, const arguments& inputs,
                 call& made) {
  // In the usual call the inputs are those of the program, in its order, and no other name needs a look.
  bool in_order = inputs.size() == program.inputs.size();
  for (std::size_t i = 0; i < program.inputs.size(); ++i) {
    const graph::typed_input& wanted = program.inputs[i];
    const argument& given = find_argument(inputs, wanted.name, i);
    in_order = in_order && &given == &inputs[i];
    if (given.value.weak() != nullptr) {
      throw invalid_argument("evaluate: expected a typed value (" + std::string(name(wanted.type)) + ") for " +
                             quoted(wanted.name) + ", got a weak number");
    }
    const array_view& view = given.value.view();
    if (view.type() != wanted.type) {
      throw invalid_argument("evaluate: expected " + std::string(name(wanted.type)) + " for " + quoted(wanted.name) +
                             ", as compiled, got " + std::string(name(view.type())));
    }
    const void* data = given.value.data();
    if (data == nullptr && view.size() != 0) {
      throw invalid_argument("evaluate: expected data for " + quoted(wanted.name) + ", got a null pointer with shape " +
                             to_string(view.shape()));
    }
    made.inputs.push_back({data, &view});
  }
  if (!in_order) {
    check_names(declared, inputs);
  }
}

void bind_output(const graph::program& program, std::string_view wanted, const mutable_view* memory, call& made) {
  std::uint32_t result = static_cast<std::uint32_t>(program.results.size()) - 1;
  if (!wanted.empty()) {
    while (program.results[result].name != wanted) {
      if (result-- == 0) {
        throw invalid_argument("evaluate: expected names of results (" +
                               all_names(program.results, [](const auto& each) { return result_name(each.name); }) +
                               "), got " + quoted(wanted));
      }
    }
  }
  const std::string& called = program.results[result].name;
  for (const call_output& other : made.outputs) {
    if (other.result == result) {
      throw invalid_argument("evaluate: expected each result once, got " + result_name(called) + " twice");
    }
  }
  if (memory != nullptr) {
    const dtype type = program.nodes[program.results[result].value].type;
    if (kind_rank(type) > kind_rank(memory->type())) {
      throw invalid_argument("evaluate: expected an output that " + std::string(name(type)) +
                             " can be cast to within its kind or to a higher one, got " +
                             std::string(name(memory->type())));
    }
    if (memory->data() == nullptr && memory->size() != 0) {
      throw invalid_argument("evaluate: expected memory for " + result_name(called) +
                             ", got a null pointer with shape " + to_string(memory->shape()));
    }
    if (!elements_are_apart(*memory)) {
      throw invalid_argument("evaluate: expected an output whose elements do not share memory, got shape " +
                             to_string(memory->shape()) + " with strides " + to_string(memory->strides()));
    }
    for (const call_output& other : made.outputs) {
      if (other.memory != nullptr &&
          overlap_of(memory->data(), *memory, other.memory->data(), *other.memory) != lower::overlap::none) {
        throw invalid_argument("evaluate: expected outputs that do not share memory, got " + result_name(called) +
                               " over " + result_name(program.results[other.result].name));
      }
    }
  }
  made.outputs.push_back({result, memory});
}

void find_overlaps(call& made) {
  bool any = false;
  for (const call_output& output : made.outputs) {
    any = any || output.memory != nullptr;
  }
  for (std::size_t k = 0; any && k < made.outputs.size(); ++k) {
    const mutable_view* memory = made.outputs[k].memory;
    for (const call_input& input : made.inputs) {
      made.overlaps.push_back(memory == nullptr ? lower::overlap::none
                                                : overlap_of(memory->data(), *memory, input.data, *input.view));
    }
  }
}

void write_key(const call& which, plan_key& key) {
  for (const call_input& input : which.inputs) {
    key.push_back(input.view->rank() << 1U | (is_aligned(input.data, input.view->type()) ? 1U : 0U));
    add_layout(*input.view, key);
  }
  for (const call_output& output : which.outputs) {
    std::uint64_t word = output.result;
    if (output.memory != nullptr) {
      word |= std::uint64_t{1} << 63U | static_cast<std::uint64_t>(output.memory->type()) << 32U |
              static_cast<std::uint64_t>(output.memory->rank()) << 40U |
              (is_aligned(output.memory->data(), output.memory->type()) ? std::uint64_t{1} << 62U : 0U);
    }
    key.push_back(word);
    if (output.memory != nullptr) {
      add_layout(*output.memory, key);
    }
  }
  std::uint64_t word = 0;
  unsigned used = 0;
  for (const lower::overlap how : which.overlaps) {
    word |= static_cast<std::uint64_t>(how) << used;
    used += 2;
    if (used == 64) {
      key.push_back(word);
      word = 0;
      used = 0;
    }
  }
  key.push_back(word);
}

lower::layout layout_of(const void* data, const array_view& view) {
  return {view.type(), view.shape(), view.strides(), is_aligned(data, view.type())};
}

std::vector<lower::layout> input_layouts(const call& which) {
  std::vector<lower::layout> layouts;
  for (const call_input& input : which.inputs) {
    layouts.push_back(layout_of(input.data, *input.view));
  }
  return layouts;
}

std::vector<lower::output_request> output_requests(const call& which) {
  std::vector<lower::output_request> requests;
  for (const call_output& output : which.outputs) {
    requests.push_back({.result = output.result, .given = output.memory != nullptr});
    if (output.memory != nullptr) {
      requests.back().where = layout_of(output.memory->data(), *output.memory);
    }
  }
  return requests;
}

}  // namespace gpucompute::evaluation
