// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/codegen/harness.hpp"

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <stdexcept>
#include <sys/mman.h>
#include <unistd.h>
#include <utility>

#include "generated/build_id.hpp"
#include "tests/common/scalar.hpp"
#include "tests/cpu/codegen/stand_ins.hpp"

namespace {

void* resolve(std::string_view name) {
  const auto found = std::ranges::find(gpucompute::testing::stand_ins, name, &gpucompute::testing::stand_in::name);
  return found == gpucompute::testing::stand_ins.end() ? nullptr : found->code;
}

}  // namespace

namespace gpucompute::testing {

cpu::compiler& jit() {
  static cpu::compiler* only = [] {
    void* module = dlopen(GPUCOMPUTE_JIT_MODULE, RTLD_NOW | RTLD_LOCAL);
    if (module == nullptr) throw std::runtime_error(dlerror());
    auto* open = reinterpret_cast<decltype(&gpucompute_jit_open)>(dlsym(module, "gpucompute_jit_open"));
    const char* error = "no entry";
    cpu::compiler* made = open == nullptr ? nullptr : open(GPUCOMPUTE_BUILD_ID, &error);
    if (made == nullptr) throw std::runtime_error(error);
    return made;
  }();
  return *only;
}

cpu::compiled compile(const lower::kernel& kernel, cpu::isa set, precision how) {
  return jit().compile(kernel, {.precision = how, .isa = set, .resolve = resolve});
}

guarded_memory::guarded_memory(std::size_t bytes, bool at_end) {
  const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t inside = (bytes + page - 1) / page * page;
  size_ = inside + 2 * page;
  void* mapped = mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapped == MAP_FAILED) throw std::bad_alloc();
  mapping_ = static_cast<char*>(mapped);
  if (inside > 0 && mprotect(mapping_ + page, inside, PROT_READ | PROT_WRITE) != 0) throw std::bad_alloc();
  data_ = mapping_ + page + (at_end ? inside - bytes : 0);
}

guarded_memory::guarded_memory(guarded_memory&& other) noexcept
    : mapping_(std::exchange(other.mapping_, nullptr)), size_(other.size_), data_(other.data_) {}

guarded_memory::~guarded_memory() {
  if (mapping_ != nullptr) munmap(mapping_, size_);
}

namespace {

std::int64_t low_end(std::int64_t step, std::int64_t extent) { return std::min<std::int64_t>(0, step * (extent - 1)); }

std::size_t span_bytes(dtype type, std::int64_t inner_extent, std::int64_t outer_extent,
                       const test_array::layout& how) {
  const std::int64_t elements =
      std::abs(how.inner_step) * (inner_extent - 1) + std::abs(how.outer_step) * (outer_extent - 1) + 1;
  return static_cast<std::size_t>(elements) * size_of(type) + (how.aligned ? 0 : 1);
}

}  // namespace

test_array::test_array(dtype type, std::int64_t inner_extent, std::int64_t outer_extent, const layout& how)
    : type_(type),
      inner_(how.inner_step * static_cast<std::int64_t>(size_of(type))),
      outer_(how.outer_step * static_cast<std::int64_t>(size_of(type))),
      inner_extent_(inner_extent),
      outer_extent_(outer_extent),
      size_(span_bytes(type, inner_extent, outer_extent, how)),
      memory_(size_, how.at_end),
      first_(memory_.data() + (how.aligned || how.at_end ? 0 : 1) - low_end(inner_, inner_extent) -
             low_end(outer_, outer_extent)) {}

char* test_array::at(std::int64_t inner, std::int64_t outer, int lane) const {
  return first_ + inner * inner_ + outer * outer_ + static_cast<std::int64_t>(size_of(component(type_))) * lane;
}

std::uint64_t test_array::get(std::int64_t inner, std::int64_t outer, int lane) const {
  std::uint64_t bits = 0;
  std::memcpy(&bits, at(inner, outer, lane), size_of(component(type_)));
  return type_ == bool_ ? bits != 0 : bits;
}

void test_array::fill(std::mt19937_64& random) {
  for (std::int64_t o = 0; o < outer_extent_; ++o) {
    for (std::int64_t i = 0; i < inner_extent_; ++i) {
      for (int lane = 0; lane < (is_complex(type_) ? 2 : 1); ++lane) {
        const std::uint64_t bits = random_element(component(type_), random);
        std::memcpy(at(i, o, lane), &bits, size_of(component(type_)));
      }
    }
  }
}

void test_array::fill_bytes(unsigned char value) { std::memset(memory_.data(), value, size_); }

std::vector<unsigned char> test_array::bytes() const {
  const auto* from = reinterpret_cast<const unsigned char*>(memory_.data());
  return {from, from + size_};
}

std::uint64_t random_element(dtype type, std::mt19937_64& random) {
  const std::uint64_t raw = random();
  const std::uint64_t mask = size_of(type) == 8 ? ~0ull : (1ull << (8 * size_of(type))) - 1;
  const unsigned kind = static_cast<unsigned>(random() % 8);
  if (type == bool_) return kind < 4 ? 0 : kind == 4 ? raw & mask : 1;
  if (type == float32 || type == float64) {
    static constexpr double edges[] = {0.0,
                                       -0.0,
                                       1.0,
                                       -1.0,
                                       0.5,
                                       2.5,
                                       -3.5,
                                       127.0,
                                       128.0,
                                       255.0,
                                       256.0,
                                       -128.0,
                                       32768.0,
                                       65536.0,
                                       2147483648.0,
                                       -2147483648.0,
                                       4294967296.0,
                                       9223372036854775808.0,
                                       -9223372036854775808.0,
                                       18446744073709551616.0,
                                       1e30,
                                       -1e30,
                                       5e-324,
                                       1e-310,
                                       1e-40,
                                       HUGE_VAL,
                                       -HUGE_VAL,
                                       __builtin_nan("")};
    double value = edges[raw % std::size(edges)];
    if (kind >= 2) value = std::uniform_real_distribution<double>(-4, 4)(random);
    if (kind == 7) value *= 1e5;
    if (kind == 1) return raw & mask;
    return type == float32 ? to_bits(static_cast<float>(value)) : to_bits(value);
  }
  const std::uint64_t highest = mask >> 1;
  static constexpr std::int64_t small[] = {0, 1, -1, 2, 3, -2, 7, 8, 31, 32, 63, 64, 15, 16, 10, -7};
  if (kind < 3) return static_cast<std::uint64_t>(small[raw % std::size(small)]) & mask;
  if (kind == 3) return (highest + raw % 3) & mask;
  if (kind == 4) return (raw >> (raw % 60)) & mask;
  return raw & mask;
}

void run(const cpu::compiled& code, const std::vector<test_array*>& operands, const tile_run& how) {
  std::vector<char*> starts;
  starts.reserve(operands.size());
  for (const test_array* operand : operands) starts.push_back(operand->first());
  run(code, operands, starts, how);
}

void run(const cpu::compiled& code, const std::vector<test_array*>& operands, const std::vector<char*>& starts,
         const tile_run& how) {
  std::vector<std::int64_t> inner, outer;
  for (const test_array* operand : operands) {
    inner.push_back(operand->inner_stride());
    outer.push_back(operand->outer_stride());
  }
  cpu::tile tile = {};
  tile.data = starts.data();
  tile.inner = inner.data();
  tile.outer = outer.data();
  tile.inner_extent = how.inner_extent;
  tile.outer_extent = how.outer_extent;
  tile.parameters = how.parameters.data();
  tile.position = how.position;
  tile.lane = how.lane;
  tile.lanes = how.lanes.data();
  tile.begin = how.begin;
  tile.end = how.end;
  tile.stream = how.stream;
  code.run(&tile);
}

}  // namespace gpucompute::testing
