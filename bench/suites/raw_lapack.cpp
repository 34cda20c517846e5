// SPDX-License-Identifier: Apache-2.0
#include "bench/suites/raw_lapack.hpp"

#include <cstddef>
#include <dlfcn.h>
#include <link.h>
#include <vector>

#include <gpucompute/solve.hpp>

#include "bench/suites/linear_system.hpp"

namespace gpucompute::bench {
namespace {

std::vector<std::string> loaded_files() {
  std::vector<std::string> files;
  dl_iterate_phdr(
      [](dl_phdr_info* one, std::size_t, void* list) {
        if (one->dlpi_name != nullptr && *one->dlpi_name != '\0') {
          static_cast<std::vector<std::string>*>(list)->emplace_back(one->dlpi_name);
        }
        return 0;
      },
      &files);
  return files;
}

template <typename F>
F* symbol(void* library, const char* name) {
  return reinterpret_cast<F*>(dlsym(library, name));
}

/// The first of several names that there is: who sets threads is called otherwise in each library.
template <typename F>
F* symbol(void* library, std::initializer_list<const char*> names) {
  for (const char* name : names) {
    if (F* const found = symbol<F>(library, name)) return found;
  }
  return nullptr;
}

}  // namespace

std::optional<raw_lapack> raw_lapack::find() {
  for (const std::string& file : loaded_files()) {
    // Counted up and never down: the functions are used until the process ends.
    void* const library = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NOLOAD);
    if (library == nullptr) continue;
    raw_lapack found;
    found.factor_ = symbol<factor_function>(library, "dgetrf_");
    found.solve_ = symbol<solve_function>(library, "dgetrs_");
    found.multiply_ = symbol<multiply_function>(library, "dgemm_");
    if (found.factor_ == nullptr || found.solve_ == nullptr || found.multiply_ == nullptr) {
      dlclose(library);
      continue;
    }
    found.set_threads_ = symbol<void(int)>(library, {"openblas_set_num_threads", "bli_thread_set_num_threads"});
    found.threads_ = symbol<int()>(library, {"openblas_get_num_threads", "bli_thread_get_num_threads"});
    const auto configuration = symbol<const char*()>(library, "openblas_get_config");
    found.name_ = configuration != nullptr ? configuration() : file.substr(file.rfind('/') + 1);
    return found;
  }
  return std::nullopt;
}

std::optional<raw_lapack> raw_lapack::load() {
  constexpr std::int64_t beyond_small_sizes = 300;
  const linear_system some = random_system(beyond_small_sizes);
  gpucompute::solve(some.a, some.b, {.device = device("cpu"), .threads = 1});
  return find();
}

std::string raw_lapack::short_name() const {
  const std::size_t first = name_.find(' ');
  return name_.substr(0, first == std::string::npos ? first : name_.find(' ', first + 1));
}

bool raw_lapack::solve(double* a, int* pivots, double* b, std::int64_t n) const {
  const int order = static_cast<int>(n), one = 1;
  int status = 0;
  factor_(&order, &order, a, &order, pivots, &status);
  if (status != 0) return false;
  const char transposed = 'T';
  solve_(&transposed, &order, &one, a, &order, pivots, b, &order, &status, 1);
  return status == 0;
}

void raw_lapack::multiply(const double* a, const double* b, double* c, std::int64_t n) const {
  const int order = static_cast<int>(n);
  const double one = 1, zero = 0;
  const char as_is = 'N';
  // In C order both factors are transposes, and (a b)^T = b^T a^T.
  multiply_(&as_is, &as_is, &order, &order, &order, &one, b, &order, a, &order, &zero, c, &order, 1, 1);
}

raw_lapack::thread_limit::thread_limit(const raw_lapack& library, int threads) : library_(library) {
  if (!library.has_thread_limit()) return;
  before_ = library.threads_();
  library.set_threads_(threads);
}

raw_lapack::thread_limit::~thread_limit() {
  if (library_.has_thread_limit()) library_.set_threads_(before_);
}

}  // namespace gpucompute::bench
