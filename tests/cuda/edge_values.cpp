// SPDX-License-Identifier: Apache-2.0
#include "tests/cuda/edge_values.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

namespace gpucompute::cuda {
namespace {

template <typename Float>
std::vector<Float> floating_edges() {
  using limits = std::numeric_limits<Float>;
  std::vector<Float> values = {
      Float(0.0),    Float(0.5),    Float(1.0),    Float(1.5),         Float(2.0),           Float(2.5),
      Float(3.0),    Float(0.1),    Float(127.5),  Float(255.0),       Float(32768.0),       Float(65535.5),
      Float(0x1p31), Float(0x1p32), Float(0x1p52), Float(0x1p63),      Float(0x1p64),        Float(710.0),
      Float(1e-10),  limits::min(), limits::max(), limits::infinity(), limits::denorm_min(), limits::epsilon()};
  values.push_back(std::nextafter(Float(0x1p31), Float(0)));
  values.push_back(std::nextafter(Float(1), Float(0)));
  const std::size_t positive = values.size();
  for (std::size_t i = 0; i < positive; ++i) {
    values.push_back(-values[i]);
  }
  values.push_back(limits::quiet_NaN());
  return values;
}

template <typename Bits, typename Float>
std::vector<std::uint64_t> bits(const std::vector<Float>& values) {
  std::vector<std::uint64_t> made;
  made.reserve(values.size());
  for (const Float value : values) {
    made.push_back(std::bit_cast<Bits>(value));
  }
  return made;
}

std::uint64_t low_bytes(std::uint64_t value, std::size_t bytes) {
  return bytes == 8 ? value : value & ((1ULL << (8 * bytes)) - 1);
}

}  // namespace

std::uint64_t bits_of(dtype type, double number) {
  switch (type) {
    case float32:
      return std::bit_cast<std::uint32_t>(static_cast<float>(number));
    case float64:
      return std::bit_cast<std::uint64_t>(number);
    case bool_:
      return number != 0 ? 1 : 0;
    default:
      return low_bytes(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)), size_of(type));
  }
}

std::vector<std::uint64_t> edge_values(dtype type) {
  if (type == bool_) {
    return {0, 1, 2, 255};  // any nonzero byte is true
  }
  if (type == float32) {
    return bits<std::uint32_t>(floating_edges<float>());
  }
  if (type == float64) {
    return bits<std::uint64_t>(floating_edges<double>());
  }
  const std::size_t width = size_of(type);
  const std::uint64_t sign = 1ULL << (8 * width - 1);
  std::vector<std::uint64_t> values;
  for (const std::uint64_t near : {std::uint64_t{0}, sign}) {
    for (int step = -3; step <= 3; ++step) {
      values.push_back(low_bytes(near + static_cast<std::uint64_t>(step), width));
    }
  }
  for (const std::uint64_t value : {7ULL, 8ULL, 15ULL, 31ULL, 32ULL, 63ULL, 64ULL, 100ULL, 0x5555555555555555ULL}) {
    values.push_back(low_bytes(value, width));
  }
  return values;
}

std::vector<std::uint64_t> random_values(dtype type, const graph::interval& range, std::size_t count,
                                         std::mt19937_64& random) {
  std::vector<std::uint64_t> values;
  const double low = is_unsigned(type) || type == bool_ ? std::max(range.low, 0.0) : std::max(range.low, -128.0);
  const double high = is_floating(type) ? range.high : std::min(range.high, 127.0);
  std::uniform_real_distribution<double> ordinary(is_floating(type) ? range.low : low, high);
  for (std::size_t i = 0; i < count; ++i) {
    const std::uint64_t any = low_bytes(random(), size_of(type));
    values.push_back(i % 2 == 0 ? bits_of(type, ordinary(random)) : type == bool_ ? any & 1 : any);
  }
  return values;
}

}  // namespace gpucompute::cuda
