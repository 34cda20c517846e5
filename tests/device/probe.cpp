// SPDX-License-Identifier: Apache-2.0
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include <gpucompute/gpucompute.hpp>

// device_probe [TEXT N CALLS]: evaluates a text over a = 0, 1, 2, ... so many times and prints what the library says
// about itself, a name and a value a line. What is thrown is the last line and makes the exit code 2.

namespace gc = gpucompute;

namespace {

void show(const char* name, double value) { std::printf("%s %.17g\n", name, value); }

void run(int count, char** words) {
  if (count == 4) {
    const auto n = static_cast<std::size_t>(std::atoll(words[2]));
    std::vector<double> a(n);
    for (std::size_t i = 0; i < n; ++i) {
      a[i] = static_cast<double>(i);
    }
    const gc::function made = gc::compile(words[1], {{"a", gc::float64}});
    double sum = 0;
    for (int call = 0; call < std::atoi(words[3]); ++call) {
      const gc::array result = made({{"a", a}});
      for (const double value : result.values<double>()) {
        sum += value;
      }
    }
    show("sum", sum);
    std::printf("tier %s\n", made.tier_of({{"a", a}}) == gc::tier::jit ? "jit" : "interpreter");
  }
  for (const gc::device_info& each : gc::devices()) {
    if (each.name == "cpu") {
      show("threads", each.threads);
      std::printf("tiers");
      for (const std::string& tier : each.tiers) {
        std::printf(" %s", tier.c_str());
      }
      std::printf("\nfolder %s\nmissing %s\n", each.kernel_folder.c_str(), each.missing.c_str());
    }
  }
  const gc::kernel_statistics counts = gc::statistics();
  show("compiles", static_cast<double>(counts.compiles));
  show("compile_seconds", counts.compile_seconds);
  show("disk_hits", static_cast<double>(counts.disk_hits));
  show("disk_misses", static_cast<double>(counts.disk_misses));
  show("disk_stores", static_cast<double>(counts.disk_stores));
  show("disk_failures", static_cast<double>(counts.disk_failures));
  show("disk_damaged", static_cast<double>(counts.disk_damaged));
  show("disk_seconds", counts.disk_seconds);
  show("interpreted", static_cast<double>(counts.interpreted_launches));
  show("compiled", static_cast<double>(counts.compiled_launches));
}

}  // namespace

int main(int count, char** words) {
  try {
    run(count, words);
  } catch (const gc::invalid_argument& mistake) {
    std::printf("invalid_argument %s\n", mistake.what());
    return 2;
  } catch (const std::exception& failure) {
    std::printf("failure %s\n", failure.what());
    return 5;
  }
}
