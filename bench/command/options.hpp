// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gpucompute::bench {

/// One option of a command.
struct option {
  std::string_view name;   ///< "--threads", "-o"
  std::string_view value;  ///< how --help writes the value; empty for a flag
  std::string_view help;
  bool repeated = false;  ///< may be given more than once
};

/// What follows a command's name on the command line. --help and parsing follow from the same table.
struct command_table {
  std::string_view name;
  std::string_view operands;  ///< how --help writes them
  std::string_view summary;
  std::string_view details;  ///< further lines of --help; may be empty
  std::size_t fewest = 0;
  std::size_t most = 0;
  std::span<const option> options = {};
  /// The first operand may start with a single minus ("-a + b") as long as it is no option of this command.
  bool first_is_expression = false;
};

/// A command line that fits its table.
class parsed_command {
 public:
  const std::vector<std::string>& operands() const noexcept { return operands_; }
  bool has(std::string_view option) const { return value(option).has_value(); }
  /// The last value given; "" for a flag that was given.
  std::optional<std::string> value(std::string_view option) const;
  std::vector<std::string> values(std::string_view option) const;
  bool wants_help() const noexcept { return wants_help_; }

 private:
  friend parsed_command parse(const command_table&, std::span<const std::string>);
  std::vector<std::string> operands_;
  std::vector<std::pair<std::string_view, std::string>> values_;
  bool wants_help_ = false;
};

/// `--name value` and `--name=value`; `--` ends the options. @throw bad_input naming the nearest known option
parsed_command parse(const command_table& table, std::span<const std::string> words);

/// The text of `gpubench COMMAND --help`.
std::string help(const command_table& table);

}  // namespace gpucompute::bench
