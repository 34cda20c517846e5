// SPDX-License-Identifier: Apache-2.0
#include "bench/command/options.hpp"

#include <algorithm>
#include <utility>

#include "bench/command/nearest.hpp"
#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

constexpr option help_option{"--help", "", "shows this text"};

const option* find(const command_table& table, std::string_view name) {
  const auto found = std::ranges::find(table.options, name, &option::name);
  return found == table.options.end() ? nullptr : &*found;
}

[[noreturn]] void refuse_option(const command_table& table, std::string_view given) {
  std::vector<std::string_view> known{help_option.name};
  for (const option& one : table.options) known.push_back(one.name);
  throw bad_input("unknown option '" + std::string(given) + "'" + suggestion(given, known));
}

}  // namespace

std::optional<std::string> parsed_command::value(std::string_view option) const {
  std::vector<std::string> given = values(option);
  if (given.empty()) return std::nullopt;
  return std::move(given.back());
}

std::vector<std::string> parsed_command::values(std::string_view option) const {
  std::vector<std::string> result;
  for (const auto& [name, value] : values_) {
    if (name == option) result.push_back(value);
  }
  return result;
}

parsed_command parse(const command_table& table, std::span<const std::string> words) {
  parsed_command result;
  bool options_ended = false;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (!options_ended && word == "--") {
      options_ended = true;
      continue;
    }
    const bool looks_like_option = !options_ended && word.size() > 1 && word[0] == '-';
    const std::size_t equals = word.starts_with("--") ? word.find('=') : std::string::npos;
    const std::string_view name = std::string_view(word).substr(0, equals);
    if (looks_like_option && (name == help_option.name || name == "-h")) {
      result.wants_help_ = true;
      return result;
    }
    const option* known = looks_like_option ? find(table, name) : nullptr;
    const bool is_expression = table.first_is_expression && result.operands_.empty() && !word.starts_with("--");
    if (!looks_like_option || (known == nullptr && is_expression)) {
      result.operands_.push_back(word);
      continue;
    }
    if (known == nullptr) refuse_option(table, name);
    if (!known->repeated && result.has(known->name)) {
      throw bad_input(std::string(known->name) + " is given more than once");
    }
    if (known->value.empty()) {
      if (equals != std::string::npos)
        throw bad_input(std::string(known->name) + " takes no value, got '" + word + "'");
      result.values_.emplace_back(known->name, "");
    } else if (equals != std::string::npos) {
      result.values_.emplace_back(known->name, word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      result.values_.emplace_back(known->name, words[++i]);
    } else {
      throw bad_input(std::string(known->name) + " needs a value: " + std::string(known->value));
    }
  }
  if (result.operands_.size() < table.fewest) {
    throw bad_input("expected " + std::string(table.operands) + ", got " +
                    (result.operands_.empty() ? "nothing" : std::to_string(result.operands_.size()) + " operand(s)"));
  }
  if (result.operands_.size() > table.most) {
    throw bad_input("unexpected operand '" + result.operands_[table.most] + "'");
  }
  return result;
}

std::string help(const command_table& table) {
  std::string text = "usage: gpubench " + std::string(table.name);
  if (!table.operands.empty()) text += " " + std::string(table.operands);
  if (!table.options.empty()) text += " [options]";
  text += "\n\n" + std::string(table.summary) + "\n";
  if (!table.details.empty()) text += "\n" + std::string(table.details) + "\n";
  text += "\noptions:\n";
  const auto line = [&text](const option& one) {
    std::string left = "  " + std::string(one.name) + (one.value.empty() ? "" : " ") + std::string(one.value);
    left.resize(std::max<std::size_t>(left.size() + 2, 28), ' ');
    text += left + std::string(one.help) + "\n";
  };
  for (const option& one : table.options) line(one);
  line(help_option);
  return text;
}

}  // namespace gpucompute::bench
