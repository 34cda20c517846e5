// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/host_solver.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>

#include <gpucompute/error.hpp>

#include "cpu/solve/element.hpp"
#include "cpu/solve/free_memory.hpp"
#include "cpu/solve/probe.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/array/memory.hpp"

namespace gpucompute::cpu {
namespace {

using solving::block;

template <typename T>
std::span<T> column_of(const block& b, std::int64_t j) {
  return {static_cast<T*>(b.data) + j * b.leading, static_cast<std::size_t>(b.rows)};
}

double modulus(float value) { return std::abs(static_cast<double>(value)); }
double modulus(double value) { return std::abs(value); }
template <typename T>
double modulus(std::complex<T> value) {
  const double size = std::hypot(static_cast<double>(value.real()), static_cast<double>(value.imag()));
  // A finite number stays one: the modulus of float64's largest parts lies beyond its range.
  const bool overflows = std::isinf(size) && std::isfinite(value.real()) && std::isfinite(value.imag());
  return overflows ? std::numeric_limits<double>::max() : size;
}

template <typename T>
T times_power(T value, int exponent) {
  return std::ldexp(value, exponent);
}
template <typename T>
std::complex<T> times_power(std::complex<T> value, int exponent) {
  return {std::ldexp(value.real(), exponent), std::ldexp(value.imag(), exponent)};
}

/// The exponent that brings a modulus into [1, 2); 0 for 0 and what is not finite.
int exponent_to_one(double largest) {
  return largest > 0 && largest <= std::numeric_limits<double>::max() ? -std::ilogb(largest) : 0;
}

template <typename To, typename From>
void add_columns(double factor, const block& from, const block& to) {
  const auto times = static_cast<decltype(std::abs(To{}))>(factor);
  for (std::int64_t j = 0; j < to.columns; ++j) {
    const auto source = column_of<const From>(from, j);
    const auto target = column_of<To>(to, j);
    for (std::size_t i = 0; i < target.size(); ++i) {
      target[i] += times * static_cast<To>(source[i]);
    }
  }
}

}  // namespace

std::shared_ptr<void> host_solver::allocate(std::size_t bytes) { return allocate_host(bytes); }

std::size_t host_solver::free_bytes() const { return free_memory(); }

void host_solver::norms(const block& b, std::span<solving::column_norm> to) {
  with_type("solver", b.type, [&]<typename T>(T) {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      double largest = 0;
      bool is_number = true;
      for (const T value : column_of<const T>(b, j)) {
        const double size = modulus(value);
        largest = std::max(largest, size);
        is_number = is_number && size == size;
      }
      to[static_cast<std::size_t>(j)].largest = is_number ? largest : std::numeric_limits<double>::quiet_NaN();
    }
  });
}

void host_solver::add(double factor, const block& from, const block& to) {
  with_type("solver", to.type, [&]<typename To>(To) {
    if (from.type == to.type) {
      add_columns<To, To>(factor, from, to);
    } else if constexpr (std::is_same_v<To, double>) {
      add_columns<double, float>(factor, from, to);
    } else if constexpr (std::is_same_v<To, std::complex<double>>) {
      add_columns<std::complex<double>, std::complex<float>>(factor, from, to);
    } else {
      throw internal_error(expectation("solver", "a correction of at most the precision of x", name(from.type)));
    }
  });
}

void host_solver::store(const block& from, const solving::matrix_view& to) {
  const auto size = static_cast<std::int64_t>(size_of(from.type));
  auto* const first = static_cast<char*>(const_cast<void*>(to.data));
  with_type("solver", from.type, [&]<typename T>(T) {
    for (std::int64_t j = 0; j < from.columns; ++j) {
      const auto values = column_of<const T>(from, j);
      char* at = first + j * to.column_stride;
      if (to.row_stride == size) {
        std::memcpy(at, values.data(), values.size_bytes());
        continue;
      }
      for (const T& value : values) {
        std::memcpy(at, &value, sizeof value);
        at += to.row_stride;
      }
    }
  });
}

void host_solver::fill_probe(const block& column) {
  with_type("solver", column.type, [&]<typename T>(T) {
    std::uint64_t index = 0;
    for (T& value : column_of<T>(column, 0)) {
      value = static_cast<T>(static_cast<decltype(std::abs(T{}))>(probe_entry(index++)));
    }
  });
}

solving::balance host_solver::equilibrate(const block& a) {
  solving::balance made{std::vector<int>(static_cast<std::size_t>(a.rows)),
                        std::vector<int>(static_cast<std::size_t>(a.columns))};
  with_type("solver", a.type, [&]<typename T>(T) {
    std::vector<double> largest(static_cast<std::size_t>(a.rows));
    for (std::int64_t j = 0; j < a.columns; ++j) {
      const auto values = column_of<const T>(a, j);
      for (std::size_t i = 0; i < values.size(); ++i) {
        largest[i] = std::max(largest[i], modulus(values[i]));
      }
    }
    std::ranges::transform(largest, made.rows.begin(), exponent_to_one);
  });
  scale_rows(a, made.rows);
  std::vector<solving::column_norm> columns(static_cast<std::size_t>(a.columns));
  norms(a, columns);
  std::ranges::transform(columns, made.columns.begin(),
                         [](const solving::column_norm& norm) { return exponent_to_one(norm.largest); });
  scale_columns(a, made.columns);
  return made;
}

void host_solver::scale_rows(const block& b, std::span<const int> exponents) {
  with_type("solver", b.type, [&]<typename T>(T) {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      const auto values = column_of<T>(b, j);
      for (std::size_t i = 0; i < values.size(); ++i) {
        values[i] = times_power(values[i], exponents[i]);
      }
    }
  });
}

void host_solver::scale_columns(const block& b, std::span<const int> exponents) {
  with_type("solver", b.type, [&]<typename T>(T) {
    for (std::int64_t j = 0; j < b.columns; ++j) {
      for (T& value : column_of<T>(b, j)) {
        value = times_power(value, exponents[static_cast<std::size_t>(j)]);
      }
    }
  });
}

}  // namespace gpucompute::cpu
