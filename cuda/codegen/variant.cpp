// SPDX-License-Identifier: Apache-2.0
#include "cuda/codegen/variant.hpp"

#include <algorithm>
#include <cmath>

namespace gpucompute::cuda {
namespace {

constexpr std::size_t access_bytes = 16;
/// Loads that a thread keeps in flight, over all inputs.
constexpr int loads_in_flight = 12;
/// From this cost of a body on (in float64 additions) arithmetic outweighs memory.
constexpr double dear = 24;

const lower::operand& operand_of(const lower::kernel& kernel, std::size_t k) {
  return k < kernel.inputs.size() ? kernel.inputs[k] : kernel.outputs[k - kernel.inputs.size()];
}

std::int64_t inner_extent(const lower::launch& launch) {
  return launch.kept.empty() ? 1 : launch.kept[launch.kept.rank() - 1];
}

std::int64_t outer_count(const lower::launch& launch) {
  std::int64_t rows = 1;
  for (std::size_t d = 0; d + 1 < launch.kept.rank(); ++d) {
    rows *= launch.kept[d];
  }
  return rows;
}

std::int64_t access_count(const lower::launch& launch, int elements) {
  return outer_count(launch) * ((inner_extent(launch) + elements - 1) / elements);
}

bool starts_aligned(const lower::launch& launch, std::size_t k, const void* pointer) {
  if (operand_of(*launch.kernel, k).step != 1) {
    return true;
  }
  const auto misaligned = [](auto bytes) { return bytes % static_cast<decltype(bytes)>(access_bytes) != 0; };
  const dimensions& strides = launch.operands[k].kept_strides;
  return !misaligned(reinterpret_cast<std::uintptr_t>(pointer)) &&
         (strides.rank() < 2 || std::none_of(strides.begin(), strides.end() - 1, misaligned));
}

}  // namespace

variant choose_variant(const lower::launch& launch, std::span<void* const> pointers) {
  variant which;
  which.outer_rank = std::max(static_cast<int>(launch.kept.rank()) - 1, 0);
  for (std::size_t k = 0; k < launch.operands.size(); ++k) {
    which.vector_access = which.vector_access && starts_aligned(launch, k, pointers[k]);
  }
  const int elements = elements_per_access(*launch.kernel, which);
  // Half of the 32-bit range: element numbers run past the end by up to one step of the grid.
  which.wide_index = access_count(launch, elements) > (INT64_C(1) << 30) / elements;
  return which;
}

int elements_per_access(const lower::kernel& kernel, const variant& which) {
  std::size_t widest = 1;
  bool contiguous = false;
  for (std::size_t k = 0; k < kernel.inputs.size() + kernel.outputs.size(); ++k) {
    widest = std::max(widest, size_of(operand_of(kernel, k).type));
    contiguous = contiguous || (operand_of(kernel, k).step == 1 && operand_of(kernel, k).aligned);
  }
  return which.vector_access && contiguous ? static_cast<int>(access_bytes / widest) : 1;
}

int accesses_per_thread(const lower::kernel& kernel) {
  double cost = 0;
  for (const lower::instruction& step : kernel.body.body) {
    cost += step.code == lower::opcode::apply ? graph::row(step.operation).cost : 0;
  }
  const int inputs = std::max(static_cast<int>(kernel.inputs.size()), 1);
  return cost >= dear ? 1 : std::clamp(loads_in_flight / inputs, 1, 4);
}

std::size_t block_bytes(const lower::kernel& kernel, const variant& which) {
  const auto outer = static_cast<std::size_t>(which.outer_rank);
  const std::size_t operands = kernel.inputs.size() + kernel.outputs.size();
  return sizeof(std::uint64_t) * (1 + outer + operands * (2 + outer) + kernel.parameters.size());
}

std::vector<std::uint64_t> block_words(const lower::launch& launch, const variant& which,
                                       std::span<void* const> pointers) {
  std::vector<std::uint64_t> words;
  words.reserve(block_bytes(*launch.kernel, which) / sizeof(std::uint64_t));
  words.push_back(static_cast<std::uint64_t>(inner_extent(launch)));
  const auto outer = static_cast<std::size_t>(which.outer_rank);
  for (std::size_t d = 0; d < outer; ++d) {
    words.push_back(static_cast<std::uint64_t>(launch.kept[d]));
  }
  for (std::size_t k = 0; k < launch.operands.size(); ++k) {
    const dimensions& strides = launch.operands[k].kept_strides;
    words.push_back(reinterpret_cast<std::uintptr_t>(pointers[k]));
    words.push_back(strides.empty() ? 0 : static_cast<std::uint64_t>(strides[strides.rank() - 1]));
    for (std::size_t d = 0; d < outer; ++d) {
      words.push_back(static_cast<std::uint64_t>(strides[d]));
    }
  }
  words.insert(words.end(), launch.parameters.begin(), launch.parameters.end());
  return words;
}

unsigned grid_blocks(const lower::launch& launch, const variant& which, int multiprocessors) {
  constexpr int resident_blocks = 2048 / threads_per_block;
  const std::int64_t per_block = static_cast<std::int64_t>(threads_per_block) * accesses_per_thread(*launch.kernel);
  const std::int64_t accesses = access_count(launch, elements_per_access(*launch.kernel, which));
  const std::int64_t most = static_cast<std::int64_t>(multiprocessors) * resident_blocks;
  return static_cast<unsigned>(std::clamp<std::int64_t>((accesses + per_block - 1) / per_block, 1, most));
}

std::vector<std::string> compile_options(precision wanted, const std::string& architecture) {
  return {"--std=c++17",
          "--gpu-architecture=" + architecture,
          wanted == precision::precise ? "--fmad=false" : "--fmad=true",  // NVRTC contracts unless told not to
          "--ftz=false",
          "--prec-div=true",
          "--prec-sqrt=true"};
}

}  // namespace gpucompute::cuda
