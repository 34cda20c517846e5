// SPDX-License-Identifier: Apache-2.0

/// The linker takes this one for all of the module, LLVM's objects in it too: nothing static is ever destroyed. The module
/// is loaded after the program's own static objects are made and would be gone before them, while their destructors may
/// still compile.
// NOLINTNEXTLINE(bugprone-reserved-identifier)
extern "C" [[gnu::visibility("hidden")]] int __cxa_atexit(void (*)(void*), void*, void*) { return 0; }
