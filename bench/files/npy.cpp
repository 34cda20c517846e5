// SPDX-License-Identifier: Apache-2.0
#include "bench/files/npy.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>

#include "bench/command/failure.hpp"
#include "bench/files/npy_header.hpp"
#include "bench/files/output_file.hpp"

namespace gpucompute::bench {
namespace {

constexpr std::size_t longest_header = std::size_t{1} << 16;

class input_file {
 public:
  explicit input_file(const std::string& path) : path_(path), descriptor_(open(path.c_str(), O_RDONLY | O_CLOEXEC)) {
    if (descriptor_ < 0) fail(std::strerror(errno));
    if (fstat(descriptor_, &status_) != 0) fail(std::strerror(errno));
    if (S_ISDIR(status_.st_mode)) fail("a directory");
  }
  input_file(const input_file&) = delete;
  input_file& operator=(const input_file&) = delete;
  ~input_file() {
    if (descriptor_ >= 0) close(descriptor_);
  }

  [[noreturn]] void fail(const std::string& what) const {
    throw bad_input(path_ + ": expected a readable .npy file, got: " + what);
  }

  /// Returns how many bytes there were, at most `bytes`.
  std::size_t read(void* to, std::size_t bytes) {
    constexpr std::size_t most_at_once = std::size_t{1} << 30;  // Linux reads at most 2 GiB a call
    std::size_t done = 0;
    while (done < bytes) {
      const ssize_t got = ::read(descriptor_, static_cast<char*>(to) + done, std::min(bytes - done, most_at_once));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) fail(std::strerror(errno));
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    position_ += done;
    return done;
  }

  /// Before memory is asked for on the word of a header.
  void require_remaining(std::size_t bytes) const {
    if (!S_ISREG(status_.st_mode)) return;
    const std::size_t remaining = static_cast<std::size_t>(status_.st_size) - position_;
    if (remaining != bytes) refuse_length(bytes, std::to_string(remaining));
  }
  [[noreturn]] void refuse_length(std::size_t expected, const std::string& got) const {
    throw bad_input(path_ + ": expected " + std::to_string(expected) + " bytes of elements after the header, got " +
                    got);
  }

 private:
  std::string path_;
  int descriptor_;
  struct stat status_ {};
  std::size_t position_ = 0;
};

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

}  // namespace

npy_array read_npy(const std::string& path) {
  input_file file(path);
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
  file.require_remaining(bytes);

  const dimensions stored = header.fortran_order ? reversed(header.shape) : header.shape;
  array storage = array::empty(header.type, stored);
  const std::size_t got = file.read(storage.data(), bytes);
  char beyond = 0;
  if (got < bytes) file.refuse_length(bytes, std::to_string(got));
  if (file.read(&beyond, 1) != 0) file.refuse_length(bytes, "more");

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
