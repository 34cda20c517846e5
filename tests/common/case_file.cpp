// SPDX-License-Identifier: Apache-2.0
#include "tests/common/case_file.hpp"

#include <bit>
#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <stdexcept>
#include <string_view>
#include <type_traits>

#include "tests/common/ulp.hpp"

namespace gpucompute::testing {
namespace {

class reader {
 public:
  explicit reader(const std::filesystem::path& path) : path_(path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) {
      throw std::runtime_error("cannot read " + path.string());
    }
    bytes_.assign(std::istreambuf_iterator<char>(file), {});
  }

  const char* take(std::size_t count) {
    if (count > bytes_.size() - at_) {
      throw std::runtime_error(path_.string() + " ends early");
    }
    at_ += count;
    return bytes_.data() + at_ - count;
  }
  template <typename T>
  T number() {
    T value;
    std::memcpy(&value, take(sizeof(T)), sizeof(T));
    return value;
  }
  /// A number in base 128, as casefile.py describes it.
  std::size_t count() {
    std::size_t result = 0;
    for (unsigned shift = 0;; shift += 7) {
      const auto digit = number<std::uint8_t>();
      result |= static_cast<std::size_t>(digit & 127U) << shift;
      if (digit < 128) {
        return result;
      }
    }
  }
  std::int64_t signed_count() {
    const std::size_t folded = count();
    const auto half = static_cast<std::int64_t>(folded / 2);
    return folded % 2 == 0 ? half : -half - 1;
  }
  std::string text() {
    const std::size_t size = count();
    return {take(size), size};
  }
  dimensions extents(std::size_t rank) {
    dimensions result;
    for (std::size_t i = 0; i < rank; ++i) {
      result.push_back(static_cast<std::int64_t>(count()));
    }
    return result;
  }
  dimensions strides(std::size_t rank) {
    dimensions result;
    for (std::size_t i = 0; i < rank; ++i) {
      result.push_back(signed_count());
    }
    return result;
  }
  bool at_end() const { return at_ == bytes_.size(); }

 private:
  std::filesystem::path path_;
  std::string bytes_;
  std::size_t at_ = 0;
};

std::size_t components(const array& value) {
  return static_cast<std::size_t>(value.size()) * (is_complex(value.type()) ? 2 : 1);
}

using blocks = std::vector<std::span<const char>>;

blocks read_blocks(reader& file) {
  blocks result(file.count());
  for (auto& block : result) {
    const std::size_t size = file.count();
    block = {file.take(size), size};
  }
  return result;
}

/// The upper halves of float64 as float64.
std::vector<double> limits_of(std::span<const char> halves, std::size_t count) {
  if (halves.size() != 2 * count) {
    throw std::runtime_error("a tolerance has the wrong size");
  }
  std::vector<double> result(count);
  for (std::size_t i = 0; i < count; ++i) {
    std::uint16_t half = 0;
    std::memcpy(&half, halves.data() + 2 * i, sizeof(half));
    result[i] = std::bit_cast<double>(static_cast<std::uint64_t>(half) << 48U);
  }
  return result;
}

numpy_case read_case(reader& file, const blocks& memory) {
  numpy_case result;
  result.label = file.text();
  result.text = file.text();
  const std::size_t inputs = file.count();
  for (std::size_t i = 0; i < inputs; ++i) {
    result.names.push_back(file.text());
    const auto type = static_cast<dtype>(file.number<std::uint8_t>());
    const std::size_t rank = file.count();
    const dimensions shape = file.extents(rank);
    const dimensions strides = file.strides(rank);
    const std::int64_t offset = file.signed_count();
    const auto bytes = std::as_bytes(memory.at(file.count()));
    // Heap blocks stay where they are when the case moves, so the views stay valid. One byte keeps data() non-null.
    auto& block = result.memory.emplace_back(bytes.begin(), bytes.end());
    block.push_back(std::byte{0});
    result.views.emplace_back(block.data() + offset, type, shape, strides);
  }
  const auto type = file.number<std::uint8_t>();
  if (type == 255) {
    result.mistake = file.text();
    return result;
  }
  const std::size_t rank = file.count();
  result.expected = array::empty(static_cast<dtype>(type), file.extents(rank));
  const auto elements = memory.at(file.count());
  if (elements.size() != static_cast<std::size_t>(result.expected.size()) * size_of(result.expected.type())) {
    throw std::runtime_error("the result of " + result.label + " has the wrong size");
  }
  if (!elements.empty()) {
    std::memcpy(result.expected.data(), elements.data(), elements.size());
  }
  const auto rule = file.number<std::uint8_t>();
  if (rule == 1) {
    result.tolerance = limits_of(memory.at(file.count()), components(result.expected));
  } else if (rule == 2) {
    result.row = file.text();
    result.open_signs = file.number<std::uint8_t>() != 0;
  }
  return result;
}

/// A real component of any dtype as a number and as bits.
struct component_value {
  long double number = 0;
  std::uint64_t bits = 0;
  bool nan = false;
};

/// 0 for complex types: component_at asks for their components only. A bool is read as a byte.
template <typename T>
long double number_from(const char* bytes) {
  if constexpr (std::is_arithmetic_v<T>) {
    std::conditional_t<std::is_same_v<T, bool>, std::uint8_t, T> element;
    std::memcpy(&element, bytes, sizeof(element));
    return static_cast<long double>(element);
  } else {
    return 0;
  }
}

component_value component_at(const array& value, std::size_t index) {
  const dtype type = component(value.type());
  const auto* bytes = static_cast<const char*>(value.data()) + index * size_of(type);
  component_value result;
  std::memcpy(&result.bits, bytes, size_of(type));
  switch (type) {
#define GPUCOMPUTE_DTYPE(name, cpp, kind, size, numpy) \
  case dtype::name:                                    \
    result.number = number_from<cpp>(bytes);           \
    break;
#include <gpucompute/dtypes.def>
  }
  result.nan = std::isnan(result.number);
  return result;
}

std::string describe(const char* what, std::size_t index, component_value expected, component_value actual) {
  std::ostringstream text;
  text.precision(21);
  text << what << " at component " << index << ": expected " << expected.number << " (0x" << std::hex << expected.bits
       << std::dec << "), got " << actual.number << " (0x" << std::hex << actual.bits << ")";
  return text.str();
}

}  // namespace

std::string layout_difference(const array& expected, const array& actual) {
  if (expected.type() != actual.type()) {
    return "expected type " + std::string(name(expected.type())) + ", got " + std::string(name(actual.type()));
  }
  if (expected.shape() != actual.shape()) {
    return "expected shape " + to_string(expected.shape()) + ", got " + to_string(actual.shape());
  }
  return {};
}

std::vector<argument> numpy_case::arguments() const {
  std::vector<argument> result;
  result.reserve(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) {
    result.push_back({names[i], views[i]});
  }
  return result;
}

std::vector<numpy_case> read_case_file(const std::filesystem::path& path) {
  reader file(path);
  if (std::string_view(file.take(8), 8) != "GPUCASE3") {
    throw std::runtime_error(path.string() + " is no case file");
  }
  const blocks memory = read_blocks(file);
  std::vector<numpy_case> cases(file.count());
  for (numpy_case& one : cases) {
    one = read_case(file, memory);
  }
  if (!file.at_end()) {
    throw std::runtime_error(path.string() + " goes on after its last case");
  }
  return cases;
}

std::string difference(const numpy_case& expected, const array& actual) {
  if (!expected.row.empty()) {
    return ulp_difference(expected, actual);
  }
  if (expected.tolerance.empty()) {
    return bit_difference(expected.expected, actual);
  }
  if (std::string layout = layout_difference(expected.expected, actual); !layout.empty()) {
    return layout;
  }
  for (std::size_t i = 0; i < components(actual); ++i) {
    const component_value want = component_at(expected.expected, i);
    const component_value got = component_at(actual, i);
    const double allowed = expected.tolerance[i];
    if (std::isinf(allowed) || want.bits == got.bits || (want.nan && got.nan) || want.number == got.number) {
      continue;
    }
    // Written so that a NaN on one side, or an infinity, fails.
    if (!(std::fabs(want.number - got.number) <= allowed)) {
      std::ostringstream limit;
      limit << " (allowed " << allowed << ")";
      return describe("beyond the tolerance", i, want, got) + limit.str();
    }
  }
  return {};
}

std::string bit_difference(const array& left, const array& right) {
  if (std::string layout = layout_difference(left, right); !layout.empty()) {
    return layout;
  }
  for (std::size_t i = 0; i < components(left); ++i) {
    const component_value want = component_at(left, i);
    const component_value got = component_at(right, i);
    if (want.bits != got.bits && !(want.nan && got.nan)) {
      return describe("bits differ", i, want, got);
    }
  }
  return {};
}

}  // namespace gpucompute::testing
