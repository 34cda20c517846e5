// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/naive.hpp"

#include <algorithm>

namespace gpucompute::bench {
namespace {

bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// The words of a text, once each.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t begin = 0; begin < text.size();) {
    std::size_t end = begin;
    while (end < text.size() && is_word(text[end])) ++end;
    const std::string_view word = text.substr(begin, end - begin);
    if (!word.empty() && std::ranges::find(words, word) == words.end()) words.push_back(word);
    begin = std::max(end, begin + 1);
  }
  return words;
}

}  // namespace

naive_program::naive_program(const expression_case& one, const case_data& data, const device& where)
    : inputs_(data.arguments) {
  std::string_view rest = one.naive;
  std::string_view target;
  while (!rest.empty()) {
    const std::string_view statement = rest.substr(0, rest.find(';'));
    target = words_of(statement).front();
    add(statement, where);
    rest.remove_prefix(std::min(statement.size() + 1, rest.size()));
  }
  if (one.outputs.empty()) results_.push_back(find(target)->memory);
  for (const std::string& output : one.outputs) results_.push_back(find(output)->memory);
}

naive_program::name* naive_program::find(std::string_view text) {
  const auto found = std::ranges::find(names_, text, &name::text);
  return found == names_.end() ? nullptr : &*found;
}

void naive_program::add(std::string_view statement, const device& where) {
  const std::string_view target = words_of(statement).front();
  const std::string_view text = statement.substr(statement.find('=') + 1);
  std::vector<argument> arguments;
  std::vector<parameter> parameters;
  for (const std::string_view word : words_of(text)) {
    if (const name* known = find(word)) {
      arguments.push_back({known->text, argument_value(*known->memory)});
    } else if (const auto input = std::ranges::find(inputs_, word, &argument::name); input != inputs_.end()) {
      arguments.push_back(*input);
    } else {
      continue;  // a function or a number
    }
    parameters.push_back({std::string(word), arguments.back().value.type()});
  }
  function compiled = compile(text, parameters, {.device = where});
  array result = compiled(arguments, {.threads = 1});
  name* known = find(target);
  if (known == nullptr) known = &names_.emplace_back(name{std::string(target), nullptr});
  const bool reused =
      known->memory != nullptr && known->memory->type() == result.type() && known->memory->shape() == result.shape();
  if (!reused) known->memory = &memory_.emplace_back(std::move(result));
  steps_.push_back({std::move(compiled), std::move(arguments), mutable_view(*known->memory)});
  if (reused) {
    const step& last = steps_.back();
    last.compiled(last.arguments, {.out = last.target, .threads = 1});
  }
}

void naive_program::run() const {
  for (const step& one : steps_) one.compiled(one.arguments, {.out = one.target, .outputs = {}, .threads = 1});
}

std::vector<array> naive_program::results() const {
  std::vector<array> copies;
  copies.reserve(results_.size());
  for (const array* one : results_) copies.push_back(*one);
  return copies;
}

}  // namespace gpucompute::bench
