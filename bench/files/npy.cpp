// SPDX-License-Identifier: Apache-2.0
#include "bench/files/npy.hpp"

#include <algorithm>
#include <cstring>
#include <string_view>
#include <vector>

#include <gpucompute/error.hpp>

#include "bench/files/input_file.hpp"
#include "bench/files/npy_header.hpp"
#include "bench/files/output_file.hpp"
#include "bench/measure/environment.hpp"
#include "bench/process/failure.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::size_t longest_header = std::size_t{1} << 16;

[[noreturn]] void refuse_length(const std::string& path, std::size_t expected, const std::string& got) {
  throw bad_input(path + ": expected " + std::to_string(expected) + " bytes of elements after the header, got " + got);
}

npy_header read_header(input_file& file) {
  unsigned char head[12] = {};
  if (file.read(head, 8) < 8 || std::memcmp(head, "\x93NUMPY", 6) != 0) {
    file.fail(std::memcmp(head, "PK", 2) == 0 ? "a zip archive (.npz?)" : "other content");
  }
  if (head[6] < 1 || head[6] > 3 || head[7] != 0) {
    file.fail("format version " + std::to_string(head[6]) + "." + std::to_string(head[7]));
  }
  const std::size_t width = head[6] == 1 ? 2 : 4;
  if (file.read(head + 8, width) < width) file.fail("a truncated header");
  std::size_t length = 0;
  for (std::size_t i = width; i-- > 0;) length = length << 8 | head[8 + i];
  if (length > longest_header) {
    file.fail("a header of " + std::to_string(length) + " bytes, more than " + std::to_string(longest_header));
  }
  std::string text(length, '\0');
  if (file.read(text.data(), length) < length) file.fail("a truncated header");
  return parse_npy_header(text);
}

void swap_bytes(void* data, std::size_t bytes, std::size_t width) {
  auto* const first = static_cast<unsigned char*>(data);
  for (std::size_t i = 0; i < bytes; i += width) std::reverse(first + i, first + i + width);
}

dimensions reversed(const dimensions& values) {
  dimensions result = values;
  for (std::size_t i = 0; i < values.rank(); ++i) result[i] = values[values.rank() - 1 - i];
  return result;
}

/// Writes elements with the last axis running fastest, through a buffer where memory is not contiguous that way.
class element_writer {
 public:
  element_writer(output_file& file, std::size_t element_bytes) : file_(file), element_bytes_(element_bytes) {}

  void write(const char* data, const dimensions& shape, const dimensions& strides, std::size_t axis) {
    if (axis == shape.rank()) {
      append(data, element_bytes_);
      return;
    }
    const bool last = axis + 1 == shape.rank();
    if (last && strides[axis] == static_cast<std::int64_t>(element_bytes_)) {
      append(data, static_cast<std::size_t>(shape[axis]) * element_bytes_);
      return;
    }
    for (std::int64_t i = 0; i < shape[axis]; ++i, data += strides[axis]) {
      if (last) {
        append(data, element_bytes_);
      } else {
        write(data, shape, strides, axis + 1);
      }
    }
  }
  void flush() {
    file_.write(buffer_.data(), buffer_.size());
    buffer_.clear();
  }

 private:
  void append(const char* data, std::size_t bytes) {
    constexpr std::size_t most_buffered = std::size_t{1} << 20;
    if (buffer_.size() + bytes > most_buffered) flush();
    if (bytes > most_buffered) {
      file_.write(data, bytes);
    } else {
      buffer_.insert(buffer_.end(), data, data + bytes);
    }
  }

  output_file& file_;
  std::size_t element_bytes_;
  std::vector<char> buffer_;
};

/// Not before it fits: what the system promises beyond that, it takes back by ending the process.
array memory_for(const std::string& path, dtype type, const dimensions& shape, std::size_t bytes) {
  const auto left = static_cast<std::size_t>(available_memory());
  const auto refuse = [&](const std::string& got) {
    throw out_of_memory(path + ": expected an array that fits in the memory that is left, " + got, bytes);
  };
  const std::string needed = std::to_string(bytes) + " bytes";
  if (left != 0 && bytes > left) refuse(std::to_string(left) + " bytes, got one of " + needed);
  try {
    return array::empty(type, shape);
  } catch (const out_of_memory&) {
    refuse("got one of " + needed);
  }
  return {};
}

}  // namespace

npy_array read_npy(const std::string& path, const std::string& expected) {
  input_file file(path, expected);
  npy_header header;
  try {
    header = read_header(file);
  } catch (const bad_input& error) {
    const std::string_view message = error.what();
    if (message.starts_with(path)) throw;
    throw bad_input(path + ": " + std::string(message));
  }
  const std::size_t element_bytes = size_of(header.type);
  const std::size_t bytes = static_cast<std::size_t>(element_count(header.shape)) * element_bytes;
  // Before memory is asked for on the word of a header.
  const std::size_t remaining = file.remaining().value_or(bytes);
  if (remaining != bytes) refuse_length(path, bytes, std::to_string(remaining));

  const dimensions stored = header.fortran_order ? reversed(header.shape) : header.shape;
  array storage = memory_for(path, header.type, stored, bytes);
  const std::size_t got = file.read(storage.data(), bytes);
  char beyond = 0;
  if (got < bytes) refuse_length(path, bytes, std::to_string(got));
  if (file.read(&beyond, 1) != 0) refuse_length(path, bytes, "more");

  if (header.swapped) swap_bytes(storage.data(), bytes, size_of(component(header.type)));
  if (header.type == bool_) {
    auto* const first = static_cast<unsigned char*>(storage.data());
    std::transform(first, first + bytes, first,
                   [](unsigned char byte) { return static_cast<unsigned char>(byte != 0); });
  }
  const array_view view(storage.data(), header.type, header.shape,
                        header.fortran_order ? reversed(storage.strides()) : storage.strides());
  return {std::move(storage), view, header.fortran_order};
}

void write_npy(output_file& file, const array_view& values, bool fortran_order) {
  file.write(format_npy_header({values.type(), values.shape(), fortran_order, false}));
  if (values.size() == 0) return;
  const bool turned = fortran_order && values.rank() > 1;
  element_writer writer(file, size_of(values.type()));
  writer.write(static_cast<const char*>(values.data()), turned ? reversed(values.shape()) : values.shape(),
               turned ? reversed(values.strides()) : values.strides(), 0);
  writer.flush();
}

}  // namespace gpucompute::bench
