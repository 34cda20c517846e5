// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>

#include "tests/cuda/check.hpp"

namespace gpucompute::cuda {
namespace {

/// Numbers in the order of the reals, neighbours one apart.
template <typename Signed, typename Float>
Signed rank_of(Float x) {
  const auto bits = std::bit_cast<Signed>(x);
  return bits < 0 ? static_cast<Signed>(std::bit_cast<Signed>(Float(-0.0)) - bits - 1) : bits;
}

template <typename Signed, typename Float>
double units_between(const std::byte* a, const std::byte* b) {
  Float x, y;
  std::memcpy(&x, a, sizeof x);
  std::memcpy(&y, b, sizeof y);
  if (x != x || y != y) {
    return x != x && y != y ? 0 : INFINITY;
  }
  if (x == y || std::isinf(x) || std::isinf(y)) {
    return x == y && std::signbit(x) == std::signbit(y) ? 0 : INFINITY;
  }
  // Subtracted as integers: a double does not hold a rank exactly.
  const auto low = static_cast<std::uint64_t>(std::min(rank_of<Signed>(x), rank_of<Signed>(y)));
  const auto high = static_cast<std::uint64_t>(std::max(rank_of<Signed>(x), rank_of<Signed>(y)));
  return static_cast<double>(high - low);
}

/// Units in the last place between two components; for what is not floating 0 or infinity.
double distance(dtype type, const std::byte* a, const std::byte* b) {
  switch (type) {
    case float32:
      return units_between<std::int32_t, float>(a, b);
    case float64:
      return units_between<std::int64_t, double>(a, b);
    default:
      return std::memcmp(a, b, size_of(type)) == 0 ? 0 : INFINITY;
  }
}

std::string shown(dtype type, const std::byte* at) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, at, size_of(type));
  char text[64];
  switch (type) {
    case float32:
      std::snprintf(text, sizeof text, "%.9g", std::bit_cast<float>(static_cast<std::uint32_t>(bits)));
      break;
    case float64:
      std::snprintf(text, sizeof text, "%.17g", std::bit_cast<double>(bits));
      break;
    default:
      std::snprintf(text, sizeof text, "0x%llx", static_cast<unsigned long long>(bits));
  }
  return text;
}

/// Of element i, in C order, of operand k.
std::size_t offset_of(const check& what, std::size_t k, std::int64_t i) {
  auto offset = static_cast<std::int64_t>(what.memory[k].first);
  const dimensions& kept = what.launch.kept;
  for (std::size_t d = kept.rank(); d-- > 0; i /= kept[d]) {
    offset += i % kept[d] * what.launch.operands[k].kept_strides[d];
  }
  return static_cast<std::size_t>(offset);
}

std::string arguments(const check& what, std::int64_t element) {
  std::string text;
  for (std::size_t k = 0; k < what.launch.kernel->inputs.size(); ++k) {
    text +=
        " " + shown(component(what.launch.kernel->inputs[k].type), &what.memory[k].bytes[offset_of(what, k, element)]);
  }
  return text;
}

}  // namespace

std::string difference(const check& what, const std::vector<operand_memory>& expected,
                       const std::vector<operand_memory>& actual, double& worst) {
  const lower::kernel& kernel = *what.launch.kernel;
  for (std::size_t k = 0; k < expected.size(); ++k) {
    std::vector<std::byte> seen = actual[k].bytes;
    const bool written = k >= kernel.inputs.size();
    const dtype type = written ? kernel.outputs[k - kernel.inputs.size()].type : kernel.inputs[k].type;
    const std::size_t width = size_of(component(type));
    const std::int64_t parts = is_complex(type) ? 2 : 1;
    for (std::int64_t i = 0; written && i < parts * element_count(what.launch.kept); ++i) {
      const std::size_t at = offset_of(what, k, i / parts) + static_cast<std::size_t>(i % parts) * width;
      const std::byte* wanted = &expected[k].bytes[at];
      const double units = distance(component(type), wanted, &seen[at]);
      worst = std::max(worst, units);
      if (!(units <= what.ulp)) {
        return what.name + ": expected " + shown(component(type), wanted) + " within " + std::to_string(what.ulp) +
               " units, got " + shown(component(type), &seen[at]) + " (output " +
               std::to_string(k - kernel.inputs.size()) + ", element " + std::to_string(i / parts) + ", arguments" +
               arguments(what, i / parts) + ")";
      }
      std::memcpy(&seen[at], wanted, width);
    }
    if (seen != expected[k].bytes) {
      return what.name + ": expected memory between the elements of operand " + std::to_string(k) +
             " as it was, got other bytes";
    }
  }
  return {};
}

}  // namespace gpucompute::cuda
