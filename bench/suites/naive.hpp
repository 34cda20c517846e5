// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bench/suites/expression_case.hpp"

namespace gpucompute::bench {

/// A case's naive text made ready: each statement compiled alone, each name with memory of its own that is there before
/// the first timed call. A name that is assigned again reuses its memory when type and shape are the same. That is what
/// NumPy does at best; it never is slower for the page faults of fresh temporaries.
class naive_program {
 public:
  /// Runs every statement once. `data` must outlive the program.
  naive_program(const expression_case& one, const case_data& data, const device& where);

  /// One operation after the other, each on one thread.
  void run() const;
  std::vector<array> results() const;

 private:
  struct name {
    std::string text;
    array* memory;
  };
  struct step {
    function compiled;
    std::vector<argument> arguments;
    mutable_view target;
  };

  void add(std::string_view statement, const device& where);
  name* find(std::string_view text);

  std::span<const argument> inputs_;
  std::deque<array> memory_;
  std::deque<name> names_;  // arguments borrow from here
  std::vector<step> steps_;
  std::vector<const array*> results_;
};

}  // namespace gpucompute::bench
