// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/description.hpp"

#include <array>
#include <cstdint>
#include <dlfcn.h>
#include <string_view>

#include "cpu/solve/lapack/library.hpp"

namespace gpucompute::cpu::lapack {
namespace {

std::string word(std::string_view text, int number) {
  for (; number > 0; --number) {
    const std::size_t end = text.find(' ');
    text = end == std::string_view::npos ? "" : text.substr(end + 1);
  }
  return std::string(text.substr(0, text.find(' ')));
}

std::string file_of(const device_layer::shared_library& file, const std::string& symbol) {
  Dl_info found = {};
  return dladdr(file.address(symbol.c_str()), &found) != 0 && found.dli_fname != nullptr ? found.dli_fname : "";
}

std::string blas(const device_layer::shared_library& file, const spelling& names) {
  if (const auto config = own_function<const char*()>(file, names, "openblas_get_config")) {
    std::string text = "OpenBLAS " + word(config(), 1);
    const auto core = own_function<const char*()>(file, names, "openblas_get_corename");
    const auto parallel = own_function<int()>(file, names, "openblas_get_parallel");
    if (core != nullptr && parallel != nullptr) {
      constexpr const char* kinds[] = {"sequential", "pthreads", "OpenMP"};
      const int kind = parallel();
      text += std::string(" (") + core() + ", " + (kind >= 0 && kind < 3 ? kinds[kind] : "threads") + ")";
    }
    return text;
  }
  if (const auto mkl = own_function<void(char*, int)>(file, names, "MKL_Get_Version_String")) {
    std::array<char, 256> text = {};
    mkl(text.data(), static_cast<int>(text.size()) - 1);
    std::string all = text.data();
    all.erase(all.find_last_not_of(' ') + 1);
    return all;
  }
  if (const auto blis = own_function<const char*()>(file, names, "bli_info_get_version_str")) {
    return std::string("BLIS ") + blis() + " (one thread)";
  }
  // The reference's has nothing that would say so, and Debian hides what BLIS has.
  return "BLAS of " + file_of(file, names.of("dgemm"));
}

std::string lapack(const device_layer::shared_library& file, const spelling& names) {
  using ilaver = void(std::int64_t*, std::int64_t*, std::int64_t*);
  const auto call = reinterpret_cast<ilaver*>(file.address(names.of("ilaver").c_str()));
  if (call == nullptr) {
    return "LAPACK";
  }
  std::int64_t major = 0, minor = 0, patch = 0;
  call(&major, &minor, &patch);
  return "LAPACK " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

}  // namespace

std::string describe(const device_layer::shared_library& file, const spelling& names) {
  const bool one = file_of(file, names.of("dgetrf")) == file_of(file, names.of("dgemm"));
  return one ? blas(file, names) : lapack(file, names) + " over " + blas(file, names);
}

}  // namespace gpucompute::cpu::lapack
