// SPDX-License-Identifier: Apache-2.0
#include "bench/process/threads.hpp"

#include <atomic>
#include <pthread.h>
#include <vector>

namespace gpucompute::bench {

int threads_to_be_had(int wanted) {
  std::vector<pthread_t> started;
  started.reserve(static_cast<std::size_t>(wanted));
  std::atomic<bool> go = false;
  const auto wait = [](void* flag) -> void* {
    static_cast<std::atomic<bool>*>(flag)->wait(false);
    return nullptr;
  };
  pthread_t thread;
  while (static_cast<int>(started.size()) + 1 < wanted && pthread_create(&thread, nullptr, wait, &go) == 0) {
    started.push_back(thread);
  }
  go = true;
  go.notify_all();
  for (const pthread_t one : started) pthread_join(one, nullptr);
  return static_cast<int>(started.size()) + 1;
}

}  // namespace gpucompute::bench
