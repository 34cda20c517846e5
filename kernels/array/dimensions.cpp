// SPDX-License-Identifier: Apache-2.0
#include <gpucompute/dimensions.hpp>
#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"

namespace gpucompute {
namespace {

void require_rank(std::size_t rank) try {
  if (rank > max_rank) {
    throw invalid_argument("dimensions: expected at most " + std::to_string(max_rank) + " dimensions, got " +
                           std::to_string(rank));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace

void dimensions::assign_many(std::span<const std::int64_t> values) {
  require_rank(values.size());
  rank_ = static_cast<std::uint32_t>(values.size());
  std::copy(values.begin(), values.end(), values_);
}

void dimensions::push_back(std::int64_t value) {
  require_rank(rank_ + 1U);
  values_[rank_++] = value;
}

dimensions dimensions::filled(std::size_t rank, std::int64_t value) {
  require_rank(rank);
  dimensions result;
  result.rank_ = static_cast<std::uint32_t>(rank);
  std::fill_n(result.values_, rank, value);
  return result;
}

std::int64_t element_count(const dimensions& shape) try {
  std::int64_t count = 1;
  bool empty = false;
  bool overflow = false;
  for (const std::int64_t extent : shape) {
    if (extent < 0) {
      throw invalid_argument("element_count: expected extents of at least 0, got " + to_string(shape));
    }
    empty = empty || extent == 0;
    overflow = overflow || __builtin_mul_overflow(count, extent, &count);
  }
  if (empty) {
    return 0;
  }
  if (overflow) {
    throw invalid_argument("element_count: expected fewer than 2^63 elements, got " + to_string(shape));
  }
  return count;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

dimensions c_strides(const dimensions& shape, std::size_t element_bytes) {
  dimensions strides = dimensions::filled(shape.rank(), 0);
  std::uint64_t stride = element_bytes;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    strides[axis] = static_cast<std::int64_t>(stride);
    stride *= static_cast<std::uint64_t>(std::max<std::int64_t>(shape[axis], 1));
  }
  return strides;
}

std::string to_string(const dimensions& shape) try {
  std::string text = "(";
  for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
    text += (axis == 0 ? "" : ", ") + std::to_string(shape[axis]);
  }
  return text + (shape.rank() == 1 ? ",)" : ")");
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
