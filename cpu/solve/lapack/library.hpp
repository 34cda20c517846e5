// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <complex>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "cpu/solve/lapack/room.hpp"
#include "cpu/solve/lapack/routine.hpp"
#include "cpu/solve/lapack/threads.hpp"
#include "kernels/device/shared_library.hpp"

namespace gpucompute::cpu::lapack {

template <typename T>
struct routines {
#define GPUCOMPUTE_ROUTINE(member, real_name, complex_name, ...) routine<T, __VA_ARGS__> member;
#include "cpu/solve/lapack/routines.def"
};

/// How a library spells a routine: "scipy_" "dgetrf" "_64_".
struct spelling {
  std::string prefix, suffix;
  std::string of(const std::string& routine) const { return prefix + routine + suffix; }
  /// What a function of the library that is none of Fortran's may be called.
  std::vector<std::string> of_own(const std::string& function) const {
    return {prefix + function, prefix + function + "64_", function};
  }
};

/// A function of the library that is none of Fortran's; null where it has none.
template <typename Function>
Function* own_function(const device_layer::shared_library& file, const spelling& names, const char* function) {
  for (const std::string& name : names.of_own(function)) {
    if (void* const address = file.address(name.c_str())) {
      return reinterpret_cast<Function*>(address);
    }
  }
  return nullptr;
}

/// BLAS and LAPACK in one file, or in a file and those it depends on, opened at run time; it stays until the process ends.
class library {
 public:
  /// GPUCOMPUTE_BLAS, or the first known library that has all routines. @throw device_unavailable with what is missing
  library();

  template <typename T>
  const routines<T>& of() const {
    return std::get<routines<T>>(tables_);
  }
  /// Whether its integers are 64 bits wide.
  bool wide() const { return wide_; }
  /// The i-th integer of an array that it has written.
  std::int64_t index(const void* array, std::int64_t i) const {
    return wide_ ? static_cast<const std::int64_t*>(array)[i] : static_cast<const std::int32_t*>(array)[i];
  }
  /// "OpenBLAS 0.3.21 (SkylakeX, pthreads)"
  const std::string& description() const { return description_; }
  thread_control& threads() const { return *threads_; }
  memory_room& room() const { return *room_; }
  const device_layer::shared_library& file() const { return file_; }
  const spelling& names() const { return spelling_; }

 private:
  /// Empty where all went well, or what is missing.
  std::string open(const std::string& file);
  template <typename T>
  std::string bind(char real_letter, routines<T>& table);

  device_layer::shared_library file_;
  spelling spelling_;
  bool wide_ = false;
  std::tuple<routines<float>, routines<double>, routines<std::complex<float>>, routines<std::complex<double>>> tables_;
  std::string description_;
  std::unique_ptr<thread_control> threads_;
  std::unique_ptr<memory_room> room_;
};

/// The process's one library, opened by the first call. @throw device_unavailable as above, each time
const library& loaded();

}  // namespace gpucompute::cpu::lapack
