// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <filesystem>
#include <limits>
#include <list>
#include <optional>
#include <variant>

#include <gpucompute/gpucompute.hpp>

#include "bench/command/commands.hpp"
#include "bench/command/list.hpp"
#include "bench/command/literal.hpp"
#include "bench/files/input_file.hpp"
#include "bench/files/npy.hpp"
#include "bench/files/output_file.hpp"
#include "bench/report/number.hpp"

namespace gpucompute::bench {
namespace {

constexpr option options[] = {
    {"-o", "FILE.npy", "writes the last statement's result; NAME=FILE.npy writes a named one", true},
    {"--device", "D", "auto (default), cpu, reference, cuda, cuda:N"},
    {"--threads", "N", "most threads to use, 1 to 4096; default: all"},
    {"--precision", "P", "precise (default) or fast (contraction, quicker functions)"},
    {"--explain", "", "shows the plan and the generated text first"},
};

constexpr command_table table = {
    .name = "eval",
    .operands = "TEXT [NAME=FILE.npy or NAME=NUMBER ...]",
    .summary = "Evaluates an expression on .npy files and prints or writes the result.",
    .details =
        "TEXT      statements separated by ';' or newlines; 'name = expression' defines a local name; the last\n"
        "          statement is the result. @FILE reads the text from a file; after -- it may start with any sign.\n"
        "NUMBER    as in TEXT: -1, 1_000, 0xff, 2.5, 1e-3, 1+2j, nan, inf, True; whole numbers from -2^63 to 2^64 - "
        "1.\n"
        "          It takes the type of what it meets. Anything else is a file; ./1 is one, too.\n"
        "Without -o a number is printed with all its digits, an array with eight of each element and, beyond 1000\n"
        "elements, three at each end of a dimension.",
    .fewest = 1,
    .most = std::numeric_limits<std::size_t>::max(),
    .options = options,
    .first_is_expression = true,
};

struct input {
  std::string name;
  std::variant<npy_array, weak_scalar> value;
};

struct output {
  std::string name;  ///< empty: the last statement's result
  std::string path;
};

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::ranges::all_of(text, [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

/// As the language has it. No more of a file is read.
constexpr std::size_t longest_text = std::size_t{1} << 18;

std::string expression_text(const std::string& operand) {
  if (!operand.starts_with('@')) return operand;
  const std::string path = operand.substr(1);
  input_file file(path, "a file with the text of an expression");
  constexpr std::size_t end_of_line = 2;
  std::string text(longest_text + end_of_line + 1, '\0');
  text.resize(file.read(text.data(), text.size()));
  const bool has_more = text.size() > longest_text + end_of_line;
  while (text.ends_with('\n') || text.ends_with('\r')) text.pop_back();
  if (has_more || text.size() > longest_text) file.fail("more than " + std::to_string(longest_text) + " bytes");
  return text;
}

std::list<input> read_inputs(std::span<const std::string> operands) {
  std::list<input> inputs;  // stable addresses: views borrow from the elements
  for (const std::string& operand : operands) {
    const std::size_t equals = operand.find('=');
    const std::string name = operand.substr(0, equals);
    if (equals == std::string::npos || !is_name(name)) {
      throw bad_input("expected NAME=FILE.npy or NAME=NUMBER, got '" + operand + "'");
    }
    if (std::ranges::any_of(inputs, [&](const input& one) { return one.name == name; })) {
      throw bad_input("the input '" + name + "' is given twice");
    }
    const std::string value = operand.substr(equals + 1);
    if (value.empty())
      throw bad_input("expected NAME=FILE.npy or NAME=NUMBER, got '" + operand + "' with nothing after =");
    if (const auto number = parse_literal(value)) {
      inputs.push_back({name, *number});
    } else {
      std::error_code ignored;
      const bool may_be_file =
          value.find_first_of("./") != std::string::npos || std::filesystem::exists(value, ignored);
      if (!may_be_file) {
        std::string problem = "expected NAME=FILE.npy or NAME=NUMBER such as -1, 2.5, 1+2j, nan, inf, True, got '";
        problem += operand + "'; there is no file '";
        problem += value + "'";
        throw bad_input(problem);
      }
      inputs.push_back({name, read_npy(value)});
    }
  }
  return inputs;
}

std::string alias(const std::string& one, const std::string& other) {
  return one == other ? "" : ": " + one + " is the same file";
}

std::vector<output> parse_outputs(const std::vector<std::string>& values) {
  std::vector<output> outputs;
  for (const std::string& value : values) {
    const std::size_t equals = value.find('=');
    const bool named = equals != std::string::npos && is_name(std::string_view(value).substr(0, equals));
    output one{named ? value.substr(0, equals) : "", named ? value.substr(equals + 1) : value};
    require_writable_npy("-o", one.path);
    const auto same =
        std::ranges::find_if(outputs, [&](const output& other) { return same_file(other.path, one.path); });
    if (same != outputs.end()) throw bad_input("-o " + one.path + " is given twice" + alias(same->path, one.path));
    outputs.push_back(std::move(one));
  }
  if (std::ranges::count(outputs, std::string(), &output::name) > 1) {
    throw bad_input("-o FILE is given more than once; write further results as -o NAME=FILE");
  }
  return outputs;
}

bool all_fortran(const std::list<input>& inputs) {
  bool any = false;
  for (const input& one : inputs) {
    const auto* file = std::get_if<npy_array>(&one.value);
    if (file == nullptr || file->view.rank() == 0) continue;
    if (file->view.rank() > 1 && !file->fortran_order) return false;  // one dimension is in either order
    any = any || file->fortran_order;
  }
  return any;
}

gpucompute::precision parse_precision(const parsed_command& line) {
  const std::string text = line.value("--precision").value_or("precise");
  if (text == "precise") return precision::precise;
  if (text == "fast") return precision::fast;
  throw bad_input("--precision: expected precise or fast, got '" + text + "'");
}

void write_results(const std::vector<output>& outputs, const std::vector<named_array>& results, bool fortran_order) {
  std::list<output_file> files;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    write_npy(files.emplace_back(outputs[i].path), results[i].value, fortran_order);
  }
  for (output_file& file : files) file.finish();  // all on the disk before any old file is replaced
  for (output_file& file : files) file.commit();
}

/// How to give a value to the name that the text has and the command line has not; nothing for a function's.
std::string how_to_give(const name_error& error, std::string_view text) {
  const std::string_view name = text.substr(error.where().begin, error.where().end - error.where().begin);
  const std::size_t next = text.find_first_not_of(" \t", error.where().end);
  const bool called = next != std::string_view::npos && (text[next] == '(' || text[next] == '=');
  if (!is_name(name) || called || is_function(name)) return "";
  return "\ngive it a value: " + std::string(name) + "=FILE.npy or " + std::string(name) + "=NUMBER";
}

exit_code evaluate_line(const parsed_command& line, const std::string& text) {
  evaluate_options evaluation;
  evaluation.device = device(line.value("--device").value_or("auto"));
  evaluation.precision = parse_precision(line);
  if (const auto threads = line.value("--threads")) {
    evaluation.threads = parse_threads(*threads);
  }
  std::vector<output> outputs = parse_outputs(line.values("-o"));
  const std::list<input> inputs = read_inputs(std::span(line.operands()).subspan(1));
  std::vector<argument> values;
  for (const input& one : inputs) {
    const auto* file = std::get_if<npy_array>(&one.value);
    values.push_back({one.name, file ? argument_value(file->view) : argument_value(std::get<weak_scalar>(one.value))});
  }
  // The last statement's result comes from evaluate alone, so it is asked for first and the named ones after it.
  std::vector<named_array> results;
  std::vector<std::string> names;
  const auto unnamed = std::ranges::find(outputs, std::string(), &output::name);
  if (unnamed != outputs.end()) std::rotate(outputs.begin(), unnamed, unnamed + 1);
  names.reserve(outputs.size());
  for (const output& one : outputs) names.push_back(one.name);
  const bool last_only = names.empty() || (names.size() == 1 && names[0].empty());
  if (line.has("--explain")) {
    print((last_only ? explain(text, values, evaluation) : explain_all(text, values, names, evaluation)) + "\n");
  }
  if (last_only) {
    results.push_back({"", evaluate(text, values, evaluation)});
  } else {
    results = evaluate_all(text, values, names, evaluation);
  }
  if (outputs.empty()) {
    print(format_array(results[0].value));
  } else {
    write_results(outputs, results, all_fortran(inputs));
  }
  return exit_code::fine;
}

exit_code run(const parsed_command& line) {
  const std::string text = expression_text(line.operands()[0]);
  try {
    return evaluate_line(line, text);
  } catch (const name_error& error) {
    throw bad_input(error.what() + how_to_give(error, text));
  }
}

}  // namespace

const command eval_command{table, run};

}  // namespace gpucompute::bench
