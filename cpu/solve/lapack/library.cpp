// SPDX-License-Identifier: Apache-2.0
#include "cpu/solve/lapack/library.hpp"

#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <gnu/libc-version.h>
#include <optional>
#include <span>

#include <gpucompute/error.hpp>

#include "cpu/solve/lapack/description.hpp"
#include "kernels/array/expectation.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu::lapack {
namespace {

// The first that opens and has everything. libblis and libblas alone have no LAPACK; liblapack brings its libblas along.
constexpr const char* candidates[] = {"libopenblas.so.0",   "libmkl_rt.so.2",    "libmkl_rt.so.3",
                                      "libopenblaso.so.0",  "libopenblasp.so.0", "libflexiblas.so.3",
                                      "libopenblas64.so.0", "liblapack.so.3",    "liblapack64.so.3"};
constexpr const char* prefixes[] = {"", "scipy_"};
constexpr const char* suffixes[] = {"_", "", "_64_", "64_"};

/// Whether integers are 64 bits wide: as 32 bits the length is 2, as 64 it is negative and nothing is looked at.
bool has_wide_integers(void* idamax) {
  const auto call = reinterpret_cast<std::int64_t (*)(const std::int64_t*, const double*, const std::int64_t*)>(idamax);
  const std::int64_t length = 2 - (std::int64_t{1} << 32U);
  const std::int64_t stride = 1;
  const double numbers[] = {1, 2};
  return static_cast<std::int32_t>(call(&length, numbers, &stride)) == 0;
}

/// Whether handlers of fork() can be registered while one runs. Opening a library registers some, and before glibc 2.36 that
/// waits for the end of the fork, which would wait here for the end of the opening.
bool handlers_may_register() {
  int major = 0, minor = 0;
  return std::sscanf(gnu_get_libc_version(), "%d.%d", &major, &minor) == 2 &&
         (major > 2 || (major == 2 && minor >= 36));
}

}  // namespace

void detail::refuse_size(const std::string& name, std::int64_t value) {
  throw runtime_failure(
      expectation(name, "a size below 2^31, since the integers of this library have 32 bits", std::to_string(value)));
}

void detail::refuse_argument(const std::string& name, std::int64_t info) {
  throw internal_error(expectation(name, "sound arguments", "a wrong one, number " + std::to_string(info)));
}

void detail::refuse_info(const std::string& name, std::int64_t info) {
  throw runtime_failure(expectation(name, "an info of 0 from the library", std::to_string(info)));
}

void detail::require_room(const std::string& name) { memory_room::require_for_call(name); }

template <typename T>
std::string library::bind(char letter_of_type, routines<T>& table) {
  std::string missing;
  const auto one = [&](auto& member, const char* real_name, const char* complex_name) {
    const std::string name = letter_of_type + std::string(is_complex_number<T> ? complex_name : real_name);
    void* const address = file_.address(spelling_.of(name).c_str());
    if (address == nullptr && missing.empty()) {
      missing = "has no " + spelling_.of(name);
    }
    member.bind(name, address, wide_);
  };
#define GPUCOMPUTE_ROUTINE(member, real_name, complex_name, ...) one(table.member, real_name, complex_name);
#include "cpu/solve/lapack/routines.def"
  return missing;
}

std::string library::open(const std::string& file) {
  file_ = device_layer::shared_library::find(std::span(&file, 1));
  if (!file_.open()) {
    return file_.failure();
  }
  void* idamax = nullptr;
  for (const char* prefix : prefixes) {
    for (const char* suffix : suffixes) {
      const spelling tried = {prefix, suffix};
      if (idamax == nullptr && file_.address(tried.of("dgetrf").c_str()) != nullptr) {
        idamax = file_.address(tried.of("idamax").c_str());
        spelling_ = tried;
      }
    }
  }
  if (idamax == nullptr) {
    return file + " has no dgetrf or no idamax";
  }
  wide_ = has_wide_integers(idamax);
  for (const std::string& missing : {bind('s', std::get<0>(tables_)), bind('d', std::get<1>(tables_)),
                                     bind('c', std::get<2>(tables_)), bind('z', std::get<3>(tables_))}) {
    if (!missing.empty()) {
      return file + " " + missing;
    }
  }
  return {};
}

library::library() {
  memory_room::require_to_open();
  if (const char* const named = device_layer::path_setting("GPUCOMPUTE_BLAS")) {
    if (const std::string failure = open(named); !failure.empty()) {
      throw device_unavailable(expectation("environment", "GPUCOMPUTE_BLAS as a BLAS and LAPACK library",
                                           "'" + std::string(named) + "': " + failure));
    }
  } else {
    std::string failures;
    bool found = false;
    for (const char* candidate : candidates) {
      if (const std::string failure = open(candidate); failure.empty()) {
        found = true;
        break;
      } else {
        failures += (failures.empty() ? "" : "; ") + failure;
      }
    }
    if (!found) {
      throw device_unavailable(expectation(
          "solve", "a BLAS and LAPACK library",
          "none (Debian's package libopenblas0-pthread has one; GPUCOMPUTE_BLAS names any other): " + failures));
    }
  }
  device_layer::gate_before_other_handlers();
  description_ = describe(file_, spelling_);
  threads_ = make_thread_control(file_, spelling_);
  room_ = std::make_unique<memory_room>(file_, spelling_);
}

const library& loaded() {
  constinit static std::atomic<const library*> opened = nullptr, known = nullptr;
  if (const library* const ready = known.load(std::memory_order_acquire)) {
    return *ready;
  }
  if (opened.load(std::memory_order_acquire) == nullptr) {
    // A child must not find the library half open. A fork that has stopped its threads waits for this section's end alone:
    // what needs them is done in another one.
    std::optional<device_layer::gated_section> section;
    if (handlers_may_register()) {
      section.emplace();
    }
    auto made = std::make_unique<const library>();
    const library* first = nullptr;
    if (opened.compare_exchange_strong(first, made.get())) {
      made.release();
    }
  }
  const library& only = *opened.load(std::memory_order_acquire);
  only.room().fill(only);
  known.store(&only, std::memory_order_release);
  return only;
}

}  // namespace gpucompute::cpu::lapack
