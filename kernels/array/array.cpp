// SPDX-License-Identifier: Apache-2.0
#include <cstring>
#include <utility>

#include <gpucompute/array.hpp>
#include <gpucompute/error.hpp>

#include "kernels/array/boundary.hpp"
#include "kernels/array/checks.hpp"
#include "kernels/array/copy.hpp"
#include "kernels/array/memory.hpp"

namespace gpucompute {
namespace {

std::size_t bytes_of(dtype type, const dimensions& shape) {
  require_dtype("array", type);
  return byte_count("array: expected", type, shape);
}

/// Copies the elements of axes axis.. of source; the innermost axis is one memcpy when it is contiguous.
char* copy_axes(const array_view& source, std::size_t axis, const char* from, char* to) {
  const std::size_t bytes = size_of(source.type());
  if (axis == source.rank()) {
    std::memcpy(to, from, bytes);
    return to + bytes;
  }
  const std::int64_t extent = source.shape()[axis];
  const std::int64_t stride = source.strides()[axis];
  if (axis + 1 == source.rank() && stride == static_cast<std::int64_t>(bytes)) {
    std::memcpy(to, from, static_cast<std::size_t>(extent) * bytes);
    return to + static_cast<std::size_t>(extent) * bytes;
  }
  for (std::int64_t i = 0; i < extent; ++i) {
    to = copy_axes(source, axis + 1, from + i * stride, to);
  }
  return to;
}

}  // namespace

void copy_to_c_order(const array_view& source, void* target) {
  if (source.size() != 0) {
    copy_axes(source, 0, static_cast<const char*>(source.data()), static_cast<char*>(target));
  }
}

array array::empty(dtype type, const dimensions& shape) try {
  return {allocate_host(bytes_of(type, shape)), type, shape};
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

array array::zeros(dtype type, const dimensions& shape) {
  array result = empty(type, shape);
  std::memset(result.data(), 0, bytes_of(type, shape));
  return result;
}

array array::from(const array_view& source) try {
  require_data("array::from", source.data(), source.shape());
  array result = empty(source.type(), source.shape());
  copy_to_c_order(source, result.data());
  return result;
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

array array::adopt(std::shared_ptr<void> memory, dtype type, const dimensions& shape) try {
  require_dtype("array::adopt", type);
  require_data("array::adopt", memory.get(), shape);
  byte_count("array::adopt: expected an array of", type, shape);
  return {std::move(memory), type, shape};
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

array::array(const array& other) : type_(other.type_), shape_(other.shape_) {
  if (other.memory_) {
    *this = from(other);
  }
}

array::array(array&& other) noexcept
    : memory_(std::move(other.memory_)), type_(std::exchange(other.type_, float64)), shape_(other.shape_) {
  other.shape_ = {0};
}

array& array::operator=(array&& other) noexcept {
  if (this != &other) {
    memory_ = std::move(other.memory_);
    type_ = std::exchange(other.type_, float64);
    shape_ = other.shape_;
    other.shape_ = {0};
  }
  return *this;
}

array& array::operator=(const array& other) {
  if (this != &other) {
    *this = array(other);
  }
  return *this;
}

void array::require(dtype type) const try {
  if (type != type_) {
    throw invalid_argument("array: expected elements of type " + std::string(name(type_)) + ", got a request for " +
                           std::string(name(type)));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

void array::require_single() const try {
  if (size() != 1) {
    throw invalid_argument("array::item: expected one element, got shape " + to_string(shape_));
  }
} catch (const std::bad_alloc&) {
  throw_out_of_memory();
}

}  // namespace gpucompute
