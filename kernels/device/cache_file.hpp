// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gpucompute::device_layer {

/// 128 bits of hash, as 32 hex digits.
std::string hash_of(std::string_view text);

/// The two parts of an entry's file.
struct cache_file {
  std::string_view key;
  std::string_view content;
};

/// A file's bytes: a first line, the hash of the rest, the size and text of the key, the size and bytes of the content.
std::string wrapped(std::string_view key, std::string_view content);

/// The parts, within `file`; nothing when a bit is not as it was written.
std::optional<cache_file> unwrapped(std::string_view file);

}  // namespace gpucompute::device_layer
