// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace gpucompute::bench {

/// The library with LAPACK's routines that this process has loaded (libgpucompute does at the first solve beyond its own
/// small sizes), called as its manual says and with nothing of ours between: the same file, the same threads.
class raw_lapack {
 public:
  /// Nothing when no loaded library has dgetrf_, dgetrs_ and dgemm_; those of 64-bit indices have other names.
  static std::optional<raw_lapack> find();
  /// The same after a solve that makes libgpucompute load its own. @throw device_unavailable where it has none
  static std::optional<raw_lapack> load();

  /// What it says of itself, or its file's name: "OpenBLAS 0.3.21 NO_LAPACKE DYNAMIC_ARCH ...".
  const std::string& name() const noexcept { return name_; }
  /// Its first two words: "OpenBLAS 0.3.21".
  std::string short_name() const;

  /// Solves A x = b by getrf and getrs: A : (n, n) in C order, that is, the transpose of what LAPACK factors. `a` is
  /// written over, b by x; pivots : (n,). False when a pivot is 0. n fits 31 bits.
  bool solve(double* a, int* pivots, double* b, std::int64_t n) const;
  /// c := a b, all (n, n).
  void multiply(const double* a, const double* b, double* c, std::int64_t n) const;

  /// The number of threads of its calls while one exists. Nothing for a library that cannot be told.
  class thread_limit {
   public:
    thread_limit(const raw_lapack& library, int threads);
    thread_limit(const thread_limit&) = delete;
    thread_limit& operator=(const thread_limit&) = delete;
    ~thread_limit();

   private:
    const raw_lapack& library_;
    int before_ = 0;
  };
  bool has_thread_limit() const noexcept { return set_threads_ != nullptr && threads_ != nullptr; }

 private:
  using factor_function = void(const int*, const int*, double*, const int*, int*, int*);
  using solve_function = void(const char*, const int*, const int*, const double*, const int*, const int*, double*,
                              const int*, int*, std::size_t);
  using multiply_function = void(const char*, const char*, const int*, const int*, const int*, const double*,
                                 const double*, const int*, const double*, const int*, const double*, double*,
                                 const int*, std::size_t, std::size_t);

  std::string name_;
  factor_function* factor_ = nullptr;
  solve_function* solve_ = nullptr;
  multiply_function* multiply_ = nullptr;
  void (*set_threads_)(int) = nullptr;
  int (*threads_)() = nullptr;
};

}  // namespace gpucompute::bench
