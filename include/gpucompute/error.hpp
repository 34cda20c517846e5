// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <gpucompute/export.hpp>

// Three families for three audiences: the caller's mistake (invalid_argument), a failure of the machine
// (runtime_failure), a defect of this library (internal_error). The types are API; the texts are not.

namespace gpucompute {

/// Half-open range of bytes in the text of an expression.
struct source_span {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

/// Base of everything this library throws.
class GPUCOMPUTE_API error : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
  ~error() override;
};

/// The caller asked for something that cannot be meant. Nothing was launched and no output was written.
class GPUCOMPUTE_API invalid_argument : public error {
 public:
  using error::error;
  ~invalid_argument() override;
};

/// A mistake at a place in the text of an expression. what() shows the line with a caret under the place.
class GPUCOMPUTE_API expression_error : public invalid_argument {
 public:
  expression_error(const std::string& message, source_span where) : invalid_argument(message), where_(where) {}
  ~expression_error() override;
  source_span where() const noexcept { return where_; }

 private:
  source_span where_;
};

class GPUCOMPUTE_API syntax_error : public expression_error {
 public:
  using expression_error::expression_error;
  ~syntax_error() override;
};

class GPUCOMPUTE_API name_error : public expression_error {
 public:
  using expression_error::expression_error;
  ~name_error() override;
};

class GPUCOMPUTE_API type_error : public expression_error {
 public:
  using expression_error::expression_error;
  ~type_error() override;
};

class GPUCOMPUTE_API shape_error : public expression_error {
 public:
  using expression_error::expression_error;
  ~shape_error() override;
};

/// The device asked for does not exist or lacks a part; the text says what is missing.
class GPUCOMPUTE_API device_unavailable : public invalid_argument {
 public:
  using invalid_argument::invalid_argument;
  ~device_unavailable() override;
};

/// The machine failed: memory, a device, a library call.
class GPUCOMPUTE_API runtime_failure : public error {
 public:
  using error::error;
  ~runtime_failure() override;
};

class GPUCOMPUTE_API out_of_memory : public runtime_failure {
 public:
  out_of_memory(const std::string& message, std::size_t bytes) : runtime_failure(message), bytes_(bytes) {}
  ~out_of_memory() override;
  /// Bytes that were asked for; 0 for a small block of the C++ heap, whose size is not known.
  std::size_t bytes() const noexcept { return bytes_; }

 private:
  std::size_t bytes_;
};

/// A defect of this library.
class GPUCOMPUTE_API internal_error : public error {
 public:
  using error::error;
  ~internal_error() override;
};

}  // namespace gpucompute
