// SPDX-License-Identifier: Apache-2.0
#include "bench/files/mtx.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <string_view>
#include <type_traits>

#include <gpucompute/error.hpp>

#include "bench/files/line_reader.hpp"
#include "bench/files/mtx_header.hpp"
#include "bench/measure/environment.hpp"

namespace gpucompute::bench {
namespace {

/// Reads the tokens of the line that the reader stands at.
class cursor {
 public:
  explicit cursor(const line_reader& lines)
      : lines_(lines), at_(lines.line().data()), end_(at_ + lines.line().size()) {}

  /// From 0, of one from 1.
  std::int64_t index(std::int64_t extent, const char* what) {
    const std::int64_t value = whole(what);
    if (value < 1 || value > extent) {
      lines_.fail(std::string("a ") + what + " from 1 to " + std::to_string(extent), std::to_string(value));
    }
    return value - 1;
  }

  template <typename T>
  T value() {
    if constexpr (std::is_same_v<T, std::complex<double>>) {
      const double real = real_number();
      return {real, real_number()};
    } else if constexpr (std::is_same_v<T, std::int64_t>) {
      return whole("whole number");
    } else {
      return real_number();
    }
  }

  void finish() {
    skip_space();
    if (at_ != end_) lines_.fail("the end of the line", excerpt({at_, end_}));
  }

 private:
  static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }
  void skip_space() {
    while (at_ != end_ && is_space(*at_)) ++at_;
  }

  std::string_view token() const { return {at_, std::find_if(at_, end_, is_space)}; }

  [[noreturn]] void refuse(const char* what) const {
    lines_.fail(std::string("a ") + what, at_ == end_ ? "the end of the line" : excerpt(token()));
  }

  /// from_chars knows no plus sign.
  void skip_plus() {
    skip_space();
    if (at_ != end_ && *at_ == '+' && end_ - at_ > 1 && at_[1] != '-' && at_[1] != '+') ++at_;
  }

  bool ended(const char* at) const { return at == end_ || is_space(*at); }

  std::int64_t whole(const char* what) {
    skip_plus();
    std::int64_t value = 0;
    const auto [rest, error] = std::from_chars(at_, end_, value);
    if (error == std::errc::result_out_of_range) {
      lines_.fail(std::string("a ") + what + " of at most 64 bits", excerpt(token()));
    }
    if (error != std::errc() || !ended(rest)) refuse(what);
    at_ = rest;
    return value;
  }

  double real_number() {
    skip_plus();
    double value = 0;
    const auto [rest, error] = std::from_chars(at_, end_, value);
    const bool read = error == std::errc() || error == std::errc::result_out_of_range;
    if (!read || !ended(rest) || rest[-1] == ')') refuse("number");  // nan(...) says more than a number can hold
    if (error == std::errc::result_out_of_range) {
      value = std::strtod(std::string(at_, rest).c_str(), nullptr);  // what is too small is a subnormal number or 0
      if (std::isinf(value)) lines_.fail("a number within the range of float64", excerpt(token()));
    }
    at_ = rest;
    return value;
  }

  const line_reader& lines_;
  const char* at_;
  const char* end_;
};

template <typename T>
class matrix_reader {
 public:
  matrix_reader(line_reader& lines, const mtx_header& header)
      : lines_(lines),
        header_(header),
        result_(array::zeros(dtype_of<T>(), {header.rows, header.columns})),
        elements_(result_.template values<T>().data()) {}

  array read() && {
    if (header_.coordinate) {
      read_coordinates();
    } else {
      read_columns();
    }
    if (next_content(lines_)) {
      lines_.fail("the end of the file after " + std::to_string(header_.entries) + " entries", excerpt(lines_.line()));
    }
    return std::move(result_);
  }

 private:
  void go_to_entry() {
    ++number_;
    if (next_content(lines_)) return;
    lines_.fail("entry " + std::to_string(number_) + " of " + std::to_string(header_.entries), "the end of the file");
  }

  void read_coordinates() {
    for (std::int64_t k = 0; k < header_.entries; ++k) {
      go_to_entry();
      cursor line(lines_);
      const std::int64_t i = line.index(header_.rows, "row");
      const std::int64_t j = line.index(header_.columns, "column");
      const T value = header_.field == mtx_field::pattern ? T{1} : line.value<T>();
      line.finish();
      if (header_.symmetry != mtx_symmetry::general) require_one_triangle(i, j);
      place(i, j, value);
    }
  }

  /// Down the columns; of symmetric ones what stands below the diagonal, with it but for skew-symmetric ones.
  void read_columns() {
    for (std::int64_t j = 0; j < header_.columns; ++j) {
      const std::int64_t first = header_.symmetry == mtx_symmetry::general ? 0
                                 : header_.symmetry == mtx_symmetry::skew  ? j + 1
                                                                           : j;
      for (std::int64_t i = first; i < header_.rows; ++i) {
        go_to_entry();
        cursor line(lines_);
        const T value = line.value<T>();
        line.finish();
        place(i, j, value);
      }
    }
  }

  /// A file that holds both triangles would count everything twice.
  void require_one_triangle(std::int64_t i, std::int64_t j) {
    if (i == j) return;
    const int side = i > j ? 1 : -1;
    if (side_ == 0) side_ = side;
    if (side != side_) {
      lines_.fail(std::string("entries of one triangle only, the ") + (side_ > 0 ? "lower" : "upper"),
                  "one in row " + std::to_string(i + 1) + " and column " + std::to_string(j + 1));
    }
  }

  void place(std::int64_t i, std::int64_t j, T value) {
    add(i, j, value);
    if (header_.symmetry == mtx_symmetry::general) return;
    if (i != j) {
      add(j, i, mirrored(value));
    } else if (header_.symmetry != mtx_symmetry::symmetric && value != mirrored(value)) {
      const bool skew = header_.symmetry == mtx_symmetry::skew;
      lines_.fail(skew ? "nothing but 0 on the diagonal of a skew-symmetric matrix"
                       : "a real number on the diagonal of a hermitian matrix",
                  excerpt(lines_.line()));
    }
  }

  T mirrored(T value) const {
    if (header_.symmetry == mtx_symmetry::skew) {
      if constexpr (std::is_same_v<T, std::int64_t>) {
        if (value == std::numeric_limits<T>::min()) lines_.fail("a number whose negative has 64 bits", "-2^63");
      }
      return -value;
    }
    if constexpr (std::is_same_v<T, std::complex<double>>) {
      if (header_.symmetry == mtx_symmetry::hermitian) return std::conj(value);
    }
    return value;
  }

  void add(std::int64_t i, std::int64_t j, T value) {
    T& element = elements_[i * header_.columns + j];
    if constexpr (std::is_same_v<T, std::int64_t>) {
      if (__builtin_add_overflow(element, value, &element)) {
        lines_.fail("entries of one position that add up to 64 bits", "a larger sum");
      }
    } else {
      element += value;
    }
  }

  line_reader& lines_;
  const mtx_header& header_;
  array result_;
  T* elements_;
  std::int64_t number_ = 0;  ///< of the entry that is read, from 1
  int side_ = 0;             ///< 1: entries below the diagonal were met, -1: above
};

/// Before memory is asked for on the word of a header.
void require_memory(const line_reader& lines, const mtx_header& header, std::size_t element_bytes) {
  std::int64_t bytes = 0;
  const bool huge = __builtin_mul_overflow(header.rows, header.columns, &bytes) ||
                    __builtin_mul_overflow(bytes, static_cast<std::int64_t>(element_bytes), &bytes);
  const std::int64_t left = available_memory();
  if (!huge && (left == 0 || bytes <= left)) return;
  throw out_of_memory(lines.place() + ": expected a dense matrix that fits in the memory that is left, " +
                          std::to_string(left) + " bytes, got " + std::to_string(header.rows) + " x " +
                          std::to_string(header.columns) + " of " + std::to_string(element_bytes) + " bytes",
                      huge ? std::numeric_limits<std::size_t>::max() : static_cast<std::size_t>(bytes));
}

template <typename T>
array read_as(line_reader& lines, const mtx_header& header) {
  require_memory(lines, header, sizeof(T));
  return matrix_reader<T>(lines, header).read();
}

}  // namespace

array read_mtx(const std::string& path) {
  line_reader lines(path, "a readable Matrix Market file");
  const mtx_header header = read_mtx_header(lines);
  switch (header.field) {
    case mtx_field::integer:
      return read_as<std::int64_t>(lines, header);
    case mtx_field::complex:
      return read_as<std::complex<double>>(lines, header);
    case mtx_field::real:
    case mtx_field::pattern:
      break;
  }
  return read_as<double>(lines, header);
}

}  // namespace gpucompute::bench
