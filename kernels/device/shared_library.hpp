// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <span>
#include <string>

namespace gpucompute::device_layer {

/// A library opened at run time; it stays in memory until the process ends.
class shared_library {
 public:
  /// The first of `candidates` (names or paths) that opens; an object with open() false, and why, if none does.
  static shared_library find(std::span<const std::string> candidates);

  bool open() const { return handle_ != nullptr; }
  const std::string& path() const { return path_; }
  /// What was tried and how it failed; empty when open.
  const std::string& failure() const { return failure_; }

  /// Sets `function` to the address of `symbol`. False, and failure() says so, when the library has none.
  template <typename Function>
  bool bind(Function*& function, const char* symbol) {
    function = reinterpret_cast<Function*>(address(symbol));
    if (open() && function == nullptr) {
      failure_ = path_ + " has no " + symbol;
    }
    return function != nullptr;
  }

  /// Of `symbol` in the library or in those it depends on; null when there is none.
  void* address(const char* symbol) const;

 private:
  std::shared_ptr<void> handle_;
  std::string path_;
  std::string failure_;
};

}  // namespace gpucompute::device_layer
