// SPDX-License-Identifier: Apache-2.0
#include <vector>

#include "cuda/codegen/floating_helpers.hpp"
#include "cuda/codegen/integer_helpers.hpp"
#include "cuda/codegen/lines.hpp"
#include "cuda/codegen/memory_helpers.hpp"

namespace gpucompute::cuda {
namespace {

constexpr bool is_word(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool names(std::string_view code, std::string_view word) {
  for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(code[at - 1])) && (end == code.size() || !is_word(code[end]))) {
      return true;
    }
  }
  return false;
}

/// All helpers, those that others need before them.
const std::vector<helper>& all_helpers() {
  static const std::vector<helper>& all = *[] {
    auto* collected = new std::vector<helper>(std::begin(memory_helpers), std::end(memory_helpers));
    collected->insert(collected->end(), std::begin(integer_helpers), std::end(integer_helpers));
    collected->insert(collected->end(), std::begin(floating_helpers), std::end(floating_helpers));
    return collected;
  }();
  return all;
}

}  // namespace

std::string helpers_for(std::string_view code) {
  const std::vector<helper>& helpers = all_helpers();
  std::vector<bool> needed(helpers.size());
  for (std::size_t i = helpers.size(); i-- > 0;) {
    needed[i] = names(code, helpers[i].name);
    for (std::size_t user = i + 1; user < helpers.size() && !needed[i]; ++user) {
      needed[i] = needed[user] && names(helpers[user].text, helpers[i].name);
    }
  }
  std::string text;
  for (std::size_t i = 0; i < helpers.size(); ++i) {
    text += needed[i] ? helpers[i].text : "";
  }
  return text;
}

}  // namespace gpucompute::cuda
