// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "kernels/device/fork_gate.hpp"
#include "kernels/device/shared_library.hpp"

namespace gpucompute::cpu::lapack {

struct spelling;
class library;
class memory_room;

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
  /// @throw out_of_memory where a limit of the process leaves no room for one caller more
  blas_threads(const library& used, int wanted);

 private:
  struct admission {
    admission(memory_room& entered, int wanted);
    admission(const admission&) = delete;
    admission& operator=(const admission&) = delete;
    ~admission();
    memory_room& room;
    int threads;
  };
  struct setting {
    setting(thread_control& changed, int wanted_threads);
    setting(const setting&) = delete;
    setting& operator=(const setting&) = delete;
    ~setting();
    thread_control& control;
    int wanted, before;
  };
  device_layer::gated_section section_;
  admission admitted_;
  setting set_;
};

}  // namespace gpucompute::cpu::lapack
