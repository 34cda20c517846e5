// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace gpucompute::bench {

class json_writer;

/// One fact about where measurements were taken; `why` says why an unknown one is unknown.
struct fact {
  std::string name;
  std::variant<std::monostate, bool, std::int64_t, double, std::string> value;
  std::string why = {};
};

struct fact_group {
  std::string name;
  std::vector<fact> facts;
};

/// Everything that changes a time: processor, memory, system, build. Host name, user and working directory only when
/// `identify`.
std::vector<fact_group> environment(bool identify);

std::string_view version();

/// The largest data cache in bytes; 0 when unknown.
std::int64_t last_level_cache();
/// Bytes of memory that can be had without swapping; 0 when unknown.
std::int64_t available_memory();

std::string to_text(const std::vector<fact_group>& groups);
/// An object with an object a group; unknown facts are null, and their reasons stand in the group's "reasons".
void write(json_writer& json, const std::vector<fact_group>& groups);

}  // namespace gpucompute::bench
