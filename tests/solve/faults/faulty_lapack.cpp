// SPDX-License-Identifier: Apache-2.0
#include "tests/solve/faults/faulty_lapack.hpp"

#include <array>
#include <atomic>
#include <cmath>
#include <complex>
#include <cstdint>
#include <cstdlib>
#include <dlfcn.h>
#include <limits>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "cpu/solve/lapack/routine.hpp"

// All arguments of BLAS and LAPACK are addresses and lengths, which x86-64 passes in the same places whatever they are: each
// routine here takes as many words as the longest list has, and passes all of them on; what its caller did not give is read
// by nobody.

namespace {

using namespace gpucompute::cpu::lapack;
using gpucompute::cpu::real_of;
using gpucompute::tests::fault;

constexpr std::size_t most_words = 20;
using words = std::array<void*, most_words>;
template <std::size_t>
using word = void*;

std::atomic<long> calls = 0, faulty_call = 0;
std::atomic<bool> later_too = false;
std::atomic<fault> kind_of_fault = fault::none;

void* actual_library() {
  static void* const opened = [] {
    const char* const named = std::getenv("GPUCOMPUTE_TEST_BLAS");
    for (const char* name : {named != nullptr ? named : "libopenblas.so.0", "libopenblas.so.0", "libmkl_rt.so.2"}) {
      if (void* const found = dlopen(name, RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE)) {
        return found;
      }
    }
    return static_cast<void*>(nullptr);
  }();
  return opened;
}

template <typename Function>
Function* actual(const char* name) {
  return actual_library() == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(actual_library(), name));
}

fault fault_of_this_call() {
  const long now = ++calls;
  const long from = faulty_call.load();
  return from > 0 && (later_too ? now >= from : now == from) ? kind_of_fault.load() : fault::none;
}

template <typename T, typename Kind>
constexpr std::size_t words_of =
    std::tuple_size_v<decltype(Kind::template passed<T>(std::declval<const typename Kind::template given<T>&>()))>;

template <typename Real>
void spoil(void* at, fault kind) {
  auto* const value = static_cast<Real*>(at);
  *value = kind == fault::no_number ? static_cast<Real>(NAN) : *value * static_cast<Real>(1.001);
}

template <typename T, typename Kind>
void spoil_result(const words& given, std::size_t& position, fault kind) {
  if constexpr (std::is_same_v<Kind, output> || std::is_same_v<Kind, reals>) {
    if (kind == fault::no_number || kind == fault::wrong_number) {
      spoil<real_of<T>>(given[position], kind);
    }
  }
  if constexpr (std::is_same_v<Kind, indices>) {
    if (kind == fault::wild_index) {
      *static_cast<std::int32_t*>(given[position]) = std::numeric_limits<std::int32_t>::max();
    }
  }
  position += words_of<T, Kind>;
}

template <typename T, typename Result, typename... Kinds>
struct forwarded {
  static void call(const char* name, words given) {
    constexpr std::size_t place_of_info = (words_of<T, Kinds> + ...);
    static_assert(place_of_info + 4 < most_words);
    constexpr bool has_info = !std::is_same_v<Result, nothing>;
    const fault kind = fault_of_this_call();
    if (kind == fault::refused_argument && has_info) {
      *static_cast<std::int32_t*>(given[place_of_info]) = -3;
      return;
    }
    auto* const address = reinterpret_cast<void*>(actual<void()>(name));
    [&]<std::size_t... I>(std::index_sequence<I...>) { reinterpret_cast<void (*)(word<I>...)>(address)(given[I]...); }
    (std::make_index_sequence<most_words>());
    if (kind == fault::wild_info && has_info) {
      *static_cast<std::int32_t*>(given[place_of_info]) = 1000000;
    }
    if (kind != fault::none) {
      std::size_t position = 0;
      (spoil_result<T, Kinds>(given, position, kind), ...);
    }
  }
};

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

int faulty_lapack_ready() { return actual<void()>("dgetrf_") != nullptr ? 1 : 0; }

void faulty_lapack_begin(fault kind, long k, int and_later) {
  calls = 0;
  kind_of_fault = kind;
  later_too = and_later != 0;
  faulty_call = k;
}

long faulty_lapack_end() {
  faulty_call = 0;
  return calls;
}

std::int32_t idamax_(const std::int32_t* n, const double* x, const std::int32_t* step) {
  return actual<std::int32_t(const std::int32_t*, const double*, const std::int32_t*)>("idamax_")(n, x, step);
}

int openblas_get_parallel() {
  auto* const get = actual<int()>("openblas_get_parallel");
  return get != nullptr ? get() : 0;
}
int openblas_get_num_threads() { return actual<int()>("openblas_get_num_threads")(); }
void openblas_set_num_threads(int threads) { actual<void(int)>("openblas_set_num_threads")(threads); }

#define GPUCOMPUTE_WORDS                                                                                               \
  void *a, void *b, void *c, void *d, void *e, void *f, void *g, void *h, void *i, void *j, void *k, void *l, void *m, \
      void *n, void *o, void *p, void *q, void *r, void *s, void *t
#define GPUCOMPUTE_FORWARD(identifier, T, name, ...)                                                         \
  void identifier(GPUCOMPUTE_WORDS) __asm__(name "_");                                                       \
  void identifier(GPUCOMPUTE_WORDS) {                                                                        \
    forwarded<T, __VA_ARGS__>::call(name "_", {a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t}); \
  }

// The routines for Hermitian matrices are those for symmetric ones where numbers are real: once is enough.
#define GPUCOMPUTE_AGAIN_hetrf ~, 1
#define GPUCOMPUTE_AGAIN_hetrs ~, 1
#define GPUCOMPUTE_AGAIN_hecon ~, 1
#define GPUCOMPUTE_SECOND(first, second, ...) second
#define GPUCOMPUTE_IS_AGAIN(...) GPUCOMPUTE_SECOND(__VA_ARGS__, 0, ~)
#define GPUCOMPUTE_REALS_0(member, name, ...)                         \
  GPUCOMPUTE_FORWARD(of_float_##member, float, "s" name, __VA_ARGS__) \
  GPUCOMPUTE_FORWARD(of_double_##member, double, "d" name, __VA_ARGS__)
#define GPUCOMPUTE_REALS_1(...)
#define GPUCOMPUTE_REALS_OF(again, ...) GPUCOMPUTE_REALS_##again(__VA_ARGS__)
#define GPUCOMPUTE_REALS(again, ...) GPUCOMPUTE_REALS_OF(again, __VA_ARGS__)
#define GPUCOMPUTE_ROUTINE(member, real_name, complex_name, ...)                                    \
  GPUCOMPUTE_REALS(GPUCOMPUTE_IS_AGAIN(GPUCOMPUTE_AGAIN_##member), member, real_name, __VA_ARGS__)  \
  GPUCOMPUTE_FORWARD(of_complex_float_##member, std::complex<float>, "c" complex_name, __VA_ARGS__) \
  GPUCOMPUTE_FORWARD(of_complex_double_##member, std::complex<double>, "z" complex_name, __VA_ARGS__)
#include "cpu/solve/lapack/routines.def"

}  // extern "C"
#pragma GCC visibility pop
