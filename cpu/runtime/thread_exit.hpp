// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cxxabi.h>

// NOLINTNEXTLINE(bugprone-reserved-identifier): the C++ ABI's name
extern "C" void* __dso_handle __attribute__((visibility("hidden")));

namespace gpucompute::cpu {

/// Calls `call(object)` when the calling thread ends. It may be asked for again while the thread's objects go, which a
/// thread_local object with a destructor cannot: what has none is usable to the end of the thread and of the process.
inline void at_thread_exit(void (*call)(void*), void* object) {
  abi::__cxa_thread_atexit(call, object, static_cast<void*>(&__dso_handle));
}

}  // namespace gpucompute::cpu
