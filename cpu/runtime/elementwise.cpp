// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "cpu/runtime/drivers.hpp"
#include "cpu/runtime/small_buffer.hpp"

namespace gpucompute::cpu {

void run_elementwise(const job& work, std::int64_t begin, std::int64_t end) {
  const dimensions& kept = work.launch.kept;
  const std::size_t operands = work.pointers.size();
  const std::size_t rank = kept.rank();
  const std::int64_t inner_extent = rank > 0 ? kept[rank - 1] : 1;
  const std::int64_t outer_extent = rank > 1 ? kept[rank - 2] : 1;

  small_buffer<char*, 24> data(operands);
  small_buffer<std::int64_t, 48> strides(2 * operands);
  for (std::size_t k = 0; k < operands; ++k) {
    const dimensions& s = work.launch.operands[k].kept_strides;
    strides[k] = rank > 0 ? s[rank - 1] : 0;
    strides[operands + k] = rank > 1 ? s[rank - 2] : 0;
  }
  tile part{.data = data.data(),
            .inner = strides.data(),
            .outer = strides.data() + operands,
            .inner_extent = 1,
            .outer_extent = 1,
            .parameters = work.launch.parameters.data(),
            .position = 0,
            .lane = 0,
            .lanes = nullptr,
            .begin = 1,
            .end = 1,
            .stream = work.stream ? 1U : 0U};

  while (begin < end) {
    // A cut inside a row gives a tile of one part row; whole rows go together.
    const std::int64_t i = begin % inner_extent;
    std::int64_t row = begin / inner_extent;
    const std::int64_t o = row % outer_extent;
    row /= outer_extent;
    for (std::size_t k = 0; k < operands; ++k) {
      data[k] = static_cast<char*>(work.pointers[k]) + i * part.inner[k] + o * part.outer[k];
    }
    for (std::size_t axis = rank; axis-- > 2;) {
      const std::int64_t at = row % kept[axis - 2];
      row /= kept[axis - 2];
      for (std::size_t k = 0; k < operands; ++k) {
        data[k] += at * work.launch.operands[k].kept_strides[axis - 2];
      }
    }
    if (i != 0 || end - begin < inner_extent) {
      part.inner_extent = std::min(inner_extent - i, end - begin);
      part.outer_extent = 1;
    } else {
      part.inner_extent = inner_extent;
      part.outer_extent = std::min(outer_extent - o, (end - begin) / inner_extent);
    }
    work.run.run(part);
    begin += part.inner_extent * part.outer_extent;
  }
}

}  // namespace gpucompute::cpu
