// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>

#include "cpu/solve/element.hpp"

// Fortran's routines as C++ functions: every argument by address, and behind them the length of every letter. The library's
// integers are 32 or 64 bits wide; the processor is little-endian, so that a 64-bit integer can be read as either.

namespace gpucompute::cpu::lapack {

// Kinds of arguments: what the caller gives, and what of it is passed.

struct letter {
  template <typename T>
  using given = char;
  template <typename T>
  static auto passed(const char& value) {
    return std::tuple<const char*>(&value);
  }
};

struct size {
  template <typename T>
  using given = std::int64_t;
  template <typename T>
  static auto passed(const std::int64_t& value) {
    return std::tuple<const std::int64_t*>(&value);
  }
};

struct scalar {
  template <typename T>
  using given = T;
  template <typename T>
  static auto passed(const T& value) {
    return std::tuple<const T*>(&value);
  }
};

struct real {
  template <typename T>
  using given = real_of<T>;
  template <typename T>
  static auto passed(const real_of<T>& value) {
    return std::tuple<const real_of<T>*>(&value);
  }
};

/// An array of `Of<T>`.
template <template <typename> typename Of>
struct pointer_to {
  template <typename T>
  using given = Of<T>*;
  template <typename T>
  static auto passed(Of<T>* value) {
    return std::tuple<Of<T>*>(value);
  }
};

template <typename T>
using element_of = T;
template <typename T>
using constant_of = const T;
/// Of the library's width; 64 bits each are enough.
template <typename T>
using index_of = void;
template <typename T>
using constant_index_of = const void;
/// Reals for complex routines, integers for real ones.
template <typename T>
using second_of = std::conditional_t<is_complex_number<T>, real_of<T>, void>;

using input = pointer_to<constant_of>;
using output = pointer_to<element_of>;
using reals = pointer_to<real_of>;
using indices = pointer_to<index_of>;
using known_indices = pointer_to<constant_index_of>;

/// Scratch that only the real or only the complex routine has, or both in their own type. What is given is at least 64 bits
/// an element.
template <bool ForReals, bool ForComplex>
struct work {
  template <typename T>
  using given = void*;
  template <typename T>
  static auto passed(void* value) {
    if constexpr (is_complex_number<T> ? ForComplex : ForReals) {
      return std::tuple<void*>(value);
    } else {
      return std::tuple<>();
    }
  }
};
using second_work = work<true, true>;
using real_work = work<true, false>;
using complex_work = work<false, true>;

// What it ends with. The info of a `status` is 0; that of a `finding` may be positive, too: where a zero pivot is, or that an
// estimate is no number.
struct status {};
struct finding {};
struct nothing {};

namespace detail {
/// What is thrown where a library of 32-bit integers is asked for more, where it refuses an argument, and where it ends with
/// an info that the routine is not known to have.
[[noreturn]] void refuse_size(const std::string& routine, std::int64_t value);
[[noreturn]] void refuse_argument(const std::string& routine, std::int64_t info);
[[noreturn]] void refuse_info(const std::string& routine, std::int64_t info);
/// @throw out_of_memory where a limit of the process leaves no room for what every routine takes for a while
void require_room(const std::string& routine);

template <typename Arguments>
struct prototype;
template <typename... C>
struct prototype<std::tuple<C...>> {
  using type = void (*)(C...);
};

template <typename Kind>
auto hidden_length() {
  if constexpr (std::is_same_v<Kind, letter>) {
    return std::tuple<std::size_t>(1);
  } else {
    return std::tuple<>();
  }
}
}  // namespace detail

/// A routine for elements of type T, called with what its row says.
template <typename T, typename Result, typename... Kinds>
class routine {
 public:
  void bind(std::string name, void* address, bool wide) {
    name_ = std::move(name);
    address_ = address;
    wide_ = wide;
  }

  /// LAPACK's info: 0, or that of a `finding`. @throw runtime_failure for a size that the library's integers cannot hold and for
  /// any other info, internal_error for an argument that it refuses, out_of_memory under a limit that leaves it no room
  std::int64_t operator()(typename Kinds::template given<T>... arguments) const {
    (check<Kinds>(arguments), ...);
    detail::require_room(name_);
    std::int64_t info = 0;
    if constexpr (!std::is_same_v<Result, nothing>) {
      invoke(std::tuple_cat(Kinds::template passed<T>(arguments)..., std::tuple<std::int64_t*>(&info),
                            detail::hidden_length<Kinds>()...));
    } else {
      invoke(std::tuple_cat(Kinds::template passed<T>(arguments)..., detail::hidden_length<Kinds>()...));
    }
    info = wide_ ? info : static_cast<std::int32_t>(info);
    if (info < 0) {
      detail::refuse_argument(name_, -info);
    }
    if (std::is_same_v<Result, status> && info > 0) {
      detail::refuse_info(name_, info);
    }
    return info;
  }

 private:
  template <typename Arguments>
  void invoke(const Arguments& arguments) const {
    std::apply(reinterpret_cast<typename detail::prototype<Arguments>::type>(address_), arguments);
  }
  template <typename Kind>
  void check(const typename Kind::template given<T>& value) const {
    if constexpr (std::is_same_v<Kind, size>) {
      if (!wide_ && value > std::numeric_limits<std::int32_t>::max()) {
        detail::refuse_size(name_, value);
      }
    }
  }

  std::string name_;
  void* address_ = nullptr;
  bool wide_ = false;
};

}  // namespace gpucompute::cpu::lapack
