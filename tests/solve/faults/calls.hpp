// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace gpucompute::tests {

/// One use of the library with inputs of its own, to be repeated while things fail.
class call {
 public:
  explicit call(std::string name) : name_(std::move(name)) {}
  virtual ~call() = default;
  const std::string& name() const { return name_; }

  /// Puts everything back to where it was before run().
  virtual void prepare() = 0;
  virtual void run() = 0;
  /// What is wrong with the answer of the last run(), or empty. An answer that says itself that it is not to be relied on is
  /// none that is wrong.
  virtual std::string mistake() const = 0;
  /// Bytes that no call may change: A, unless it is given up, and b.
  virtual std::vector<std::byte> inputs() const = 0;
  /// Bytes that a call that fails may not change either: `out`.
  virtual std::vector<std::byte> output() const = 0;
  /// Whether the library verifies the answer: it has no other way to the same determinant or estimate.
  virtual bool is_verified() const = 0;

 private:
  std::string name_;
};

/// Every method, every way to call it, systems that go well and such that escalate; on the device of that name.
std::vector<std::unique_ptr<call>> all_calls(const char* device_name);

}  // namespace gpucompute::tests
