// SPDX-License-Identifier: Apache-2.0
#include "tests/conformance/conformance.hpp"

#include <cstdlib>
#include <cstring>
#include <iostream>

#include "cpu/runtime/team.hpp"

namespace gpucompute::testing {
namespace {

/// Failures shown in full. GPUCOMPUTE_TEST_SHOW=1000 shows more.
int shown() {
  const char* wish = std::getenv("GPUCOMPUTE_TEST_SHOW");
  return wish != nullptr ? std::atoi(wish) : 40;
}

bool is_a(const std::exception& error, const std::string& mistake) {
  if (dynamic_cast<const invalid_argument*>(&error) == nullptr) {
    return false;
  }
  return mistake == "any" || (mistake == "type" && dynamic_cast<const type_error*>(&error) != nullptr) ||
         (mistake == "shape" && dynamic_cast<const shape_error*>(&error) != nullptr) ||
         (mistake == "name" && dynamic_cast<const name_error*>(&error) != nullptr) ||
         (mistake == "syntax" && dynamic_cast<const syntax_error*>(&error) != nullptr);
}

}  // namespace

array repeated(const array_view& source, std::int64_t count) {
  const std::int64_t times = (count + source.size() - 1) / source.size();
  dimensions shape = source.shape();
  shape[0] *= times;
  array result = array::empty(source.type(), shape);
  const std::size_t bytes = static_cast<std::size_t>(source.size()) * size_of(source.type());
  for (std::int64_t i = 0; i < times; ++i) {
    std::memcpy(static_cast<char*>(result.data()) + static_cast<std::size_t>(i) * bytes, source.data(), bytes);
  }
  return result;
}

std::vector<numpy_case> Conformance::read(const std::string& group) {
  return read_case_file(std::string(GPUCOMPUTE_TEST_DATA) + "/conformance/" + group + ".cases");
}

evaluate_options Conformance::options() const {
  evaluate_options made;
  made.device = GetParam().device;
  made.tier = GetParam().tier;
  return made;
}

std::string Conformance::thrown(const numpy_case& one, const std::exception& error) {
  if (is_a(error, one.mistake)) {
    return {};
  }
  return "expected " + (one.mistake.empty() ? "a result" : "a mistake of kind " + one.mistake) + ", got " +
         error.what();
}

std::string Conformance::judge(const numpy_case& one, const std::vector<argument>& inputs, array* result) const {
  try {
    array actual = evaluate(one.text, inputs, options());
    std::string found = one.mistake.empty() ? difference(one, actual) : "expected a refusal, got a result";
    if (result != nullptr) {
      *result = std::move(actual);
    }
    return found;
  } catch (const std::exception& error) {
    return thrown(one, error);
  }
}

std::string Conformance::judge_on_three_threads(const numpy_case& one, std::int64_t count) const {
  std::int64_t calls = 0, threads = 0;
  for (int tries = 0; tries < 6; ++tries, count *= 2) {
    std::vector<array> copies;
    std::vector<argument> inputs;
    copies.reserve(one.views.size());
    for (std::size_t i = 0; i < one.views.size(); ++i) {
      copies.push_back(repeated(one.views[i], count));
      inputs.push_back({one.names[i], array_view(copies.back())});
    }
    evaluate_options chosen = options();
    chosen.threads = 1;
    const array expected = one.mistake.empty() ? evaluate(one.text, inputs, chosen) : array();
    chosen.threads = 3;
    // A team of three that is awake takes work that it would not be woken for.
    cpu::parallel_ranges({3, 1}, 3, 1, [](std::int64_t, std::int64_t) {});
    const cpu::team_use before = cpu::used_teams();
    const std::string found = judge_call(one, expected, [&] { return evaluate(one.text, inputs, chosen); });
    calls = cpu::used_teams().calls - before.calls;
    threads = cpu::used_teams().threads - before.threads;
    if (!found.empty() || !one.mistake.empty() || threads > 2 * calls) {
      return found;
    }
  }
  return "expected teams of three, got " + std::to_string(threads) + " threads in " + std::to_string(calls) + " teams";
}

void Conformance::report(const numpy_case& one, const std::string& detail, const std::string& found) {
  const bool first = failed_.insert(one.label + one.text + detail).second;
  if (first && static_cast<int>(failed_.size()) <= shown()) {
    ADD_FAILURE() << one.label << ", " << detail << " on " << GetParam().name << ": " << one.text << "\n  " << found;
  }
}

void Conformance::count(const numpy_case& one, const std::string& way, std::int64_t elements) {
  const std::size_t dtype = one.label.find('/') + 1;
  cell& counted = cells_[one.label.substr(0, one.label.find('/', dtype)) + "/" + way];
  counted.elements += elements;
  counted.refused = counted.refused || !one.mistake.empty();
}

void Conformance::expect_all_cells(const char* what, const std::vector<std::string>& names,
                                   const std::vector<std::string>& ways) {
  std::size_t covered = 0, refused = 0;
  for (const std::string& name : names) {
    for (std::size_t type = 0; type < dtype_count; ++type) {
      const std::string of_type = name + "/" + std::string(gpucompute::name(static_cast<dtype>(type))) + "/";
      for (const std::string& way : ways) {
        const std::string place = of_type + way;
        const cell& counted = cells_[place];
        covered += counted.elements > 0 ? 1 : 0;
        refused += counted.refused ? 1 : 0;
        EXPECT_GT(counted.elements, 0) << "no case covers " << place;
      }
    }
  }
  std::cout << covered << " (" << what << ", dtype, way) cells covered on " << GetParam().name << ", " << refused
            << " of them by a refusal of the type; ways:";
  for (const std::string& way : ways) {
    std::cout << ' ' << way << (&way == &ways.back() ? "\n" : ",");
  }
}

void Conformance::TearDown() {
  if (!failed_.empty()) {
    ADD_FAILURE() << failed_.size() << " cases failed on " << GetParam().name;
  }
}

void Conformance::run_all(const std::string& group) {
  const std::vector<numpy_case> cases = read(group);
  for (const numpy_case& one : cases) {
    if (const std::string found = judge(one, one.arguments()); !found.empty()) {
      report(one, "as given", found);
    }
  }
  std::cout << group << ": " << cases.size() << " cases on " << GetParam().name << '\n';
}

}  // namespace gpucompute::testing
