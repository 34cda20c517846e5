// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace gpucompute::bench {

/// LIST = ITEM[,ITEM...] of positive integers; ITEM = `1000`, `1e3`, `2^10`, or a range `LO:HI:xK` (geometric, K > 1,
/// values rounded) or `LO:HI:+K`, both ends included when they are met. The order is kept, repeated values are dropped.
/// @throw bad_input naming `what` and the bad item
std::vector<std::int64_t> parse_list(std::string_view text, std::string_view what);

/// One item that is not a range. @throw bad_input
std::int64_t parse_count(std::string_view text, std::string_view what);

/// What --threads takes. More than `most_threads` is a typing error on any machine, and is refused.
inline constexpr int most_threads = 4096;
int parse_threads(std::string_view text);
std::vector<int> parse_thread_list(std::string_view text);

/// A positive number of seconds; a number from 0 to below 1; or a percentage such as `1%` as a fraction. @throw bad_input
double parse_seconds(std::string_view text, std::string_view what);
double parse_share(std::string_view text, std::string_view what);
double parse_percentage(std::string_view text, std::string_view what);

}  // namespace gpucompute::bench
