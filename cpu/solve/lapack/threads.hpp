// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/device/fork_gate.hpp"
#include "kernels/device/shared_library.hpp"

namespace gpucompute::cpu::lapack {

struct spelling;
class library;

/// How a library is told its number of threads.
class thread_control {
 public:
  virtual ~thread_control() = default;
  /// For a call that wants so many threads of this library; returns what leave() is given.
  virtual int enter(int wanted) = 0;
  virtual void leave(int wanted, int before) = 0;
};

/// Of an opened library, which it does not keep open; one that does nothing for a library without threads.
std::unique_ptr<thread_control> make_thread_control(const device_layer::shared_library& file, const spelling& names);

/// For as long as this lives the calling thread may call the library, which then uses at most `wanted` threads: one inside an
/// OpenMP region, in a forked child, and where callers overlap. What the user had set holds again once all are out. A fork
/// of another thread waits until then, since libraries lose their threads and locks otherwise.
class blas_threads {
 public:
  blas_threads(const library& used, int wanted);
  blas_threads(const blas_threads&) = delete;
  blas_threads& operator=(const blas_threads&) = delete;
  ~blas_threads();

 private:
  device_layer::gated_section section_;
  thread_control& control_;
  int wanted_;
  int before_;
};

}  // namespace gpucompute::cpu::lapack
