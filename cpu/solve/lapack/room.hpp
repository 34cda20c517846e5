// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <mutex>
#include <set>
#include <string>

namespace gpucompute::device_layer {
class shared_library;
}

namespace gpucompute::cpu::lapack {

struct spelling;
class library;

/// OpenBLAS maps 128 MiB for each of its threads and for each caller when they first need them, and where a limit of the process
/// refuses them it asks again for ever. A list that it cannot make, a thread that it cannot start and a stack that
/// cannot grow end the process. So what it keeps is taken before matrices are copied, and under a limit there must be room for it, and for what comes and goes whenever
/// a routine is called.
class memory_room {
 public:
  memory_room(const device_layer::shared_library& file, const spelling& names);

  /// For all that a library takes while it is opened. @throw out_of_memory
  static void require_to_open();
  /// For the calling thread's call of a routine. @throw out_of_memory
  static void require_for_call(const std::string& routine);

  /// Once, after it was opened, before others may call it: the buffers of one caller and, under a limit, of its threads are taken. @throw out_of_memory
  void fill(const library& used);
  /// One caller more; returns how many of the threads that it wants it may have. @throw out_of_memory
  int enter(int wanted);
  void leave();
  /// After enter(), when the library is told of so many threads: they are made, so that none is missed later. @throw out_of_memory
  void make_threads(const library& used, int threads);

 private:
  using counter = int();
  using taker = void*(int);
  using giver = void(void*);

  void admit(std::size_t callers, std::size_t beside);
  bool can_make(int threads) const;

  counter* default_threads_;
  taker* take_;
  giver* give_back_;
  std::mutex mutex_;         // taken in gated sections only
  std::set<void*> buffers_;  ///< of callers, known to be mapped
  std::size_t callers_ = 0, ready_callers_ = 0;
  int made_ = 0;  ///< threads of the library that have their buffers
};

}  // namespace gpucompute::cpu::lapack
