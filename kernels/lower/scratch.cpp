// SPDX-License-Identifier: Apache-2.0
#include "kernels/lower/scratch.hpp"

#include <map>

namespace gpucompute::lower {

void reuse_scratch(plan& made) {
  std::vector<std::size_t> last_use(made.scratch_bytes.size(), 0);
  for (std::size_t number = 0; number < made.launches.size(); ++number) {
    for (const operand_binding& operand : made.launches[number].operands) {
      if (operand.kind == source_kind::scratch) {
        last_use[operand.index] = number;
      }
    }
  }
  constexpr std::uint32_t nowhere = ~std::uint32_t{0};
  std::vector<std::uint32_t> place_of(made.scratch_bytes.size(), nowhere);
  std::vector<std::size_t> bytes;
  std::map<std::size_t, std::vector<std::uint32_t>> free;
  for (std::size_t number = 0; number < made.launches.size(); ++number) {
    std::vector<std::uint32_t> ended;
    for (operand_binding& operand : made.launches[number].operands) {
      if (operand.kind != source_kind::scratch) {
        continue;
      }
      const std::uint32_t buffer = operand.index;
      const std::size_t size = made.scratch_bytes[buffer];
      if (place_of[buffer] == nowhere) {
        std::vector<std::uint32_t>& fitting = free[size];
        if (fitting.empty()) {
          fitting.push_back(static_cast<std::uint32_t>(bytes.size()));
          bytes.push_back(size);
        }
        place_of[buffer] = fitting.back();
        fitting.pop_back();
      }
      operand.index = place_of[buffer];
      if (last_use[buffer] == number) {
        ended.push_back(buffer);
        last_use[buffer] = made.launches.size();  // once, though a launch may name a buffer twice
      }
    }
    for (const std::uint32_t buffer : ended) {
      free[made.scratch_bytes[buffer]].push_back(place_of[buffer]);
    }
  }
  made.scratch_bytes = std::move(bytes);
}

}  // namespace gpucompute::lower
