// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <string>
#include <type_traits>

#include <gpucompute/dtype.hpp>
#include <gpucompute/error.hpp>

#include "kernels/array/expectation.hpp"

namespace gpucompute::cpu {

template <typename T>
struct real_part {
  using type = T;
};
template <typename Real>
struct real_part<std::complex<Real>> {
  using type = Real;
};
/// float of std::complex<float>, any real type of itself.
template <typename T>
using real_of = typename real_part<T>::type;
template <typename T>
inline constexpr bool is_complex_number = !std::is_same_v<T, real_of<T>>;

/// call(T()) with the C++ type of a dtype that is solved as it is. `function` begins the message.
/// @throw internal_error for any other dtype
template <typename Call>
auto with_type(const char* function, dtype type, Call&& call) {
  switch (type) {
    case float32:
      return call(float());
    case float64:
      return call(double());
    case complex64:
      return call(std::complex<float>());
    case complex128:
      return call(std::complex<double>());
    default:
      throw internal_error(expectation(function, "float32, float64, complex64 or complex128", name(type)));
  }
}

}  // namespace gpucompute::cpu
