// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include <gpucompute/error.hpp>

namespace gpucompute::language {

/// `message`, then the line of `text` that holds `where` (a window of it when it is long) with carets under the place.
std::string with_caret(std::string_view message, std::string_view text, source_span where);

template <typename Error>
[[noreturn]] void fail(std::string_view message, std::string_view text, source_span where) {
  throw Error(with_caret(message, text, where), where);
}

/// The candidate nearest to `name` in edit distance, empty when none is near.
std::string_view nearest(std::string_view name, std::span<const std::string_view> candidates);

/// `; did you mean X?` or nothing.
std::string suggestion(std::string_view name, std::span<const std::string_view> candidates);

/// The text of a span on one line, shortened to `limit` bytes.
std::string excerpt(std::string_view text, source_span where, std::size_t limit = 24);

}  // namespace gpucompute::language
