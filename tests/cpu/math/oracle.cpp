// SPDX-License-Identifier: Apache-2.0
#include "tests/cpu/math/oracle.hpp"

#include <cstdint>
#include <fstream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <utility>

namespace gpucompute::cpu::math {
namespace {

template <typename T>
std::vector<double> read_column(std::istream& from, std::size_t count) {
  std::vector<T> column(count);
  from.read(reinterpret_cast<char*>(column.data()), static_cast<std::streamsize>(count * sizeof(T)));
  return {column.begin(), column.end()};
}

using records = std::map<std::string, oracle_record>;

records read_all() {
  const std::string path = GPUCOMPUTE_TEST_DATA "/math/oracle.bin";
  std::ifstream from(path, std::ios::binary);
  records found;
  std::string line;
  while (std::getline(from, line)) {
    std::istringstream words(line);
    std::string name, type;
    std::size_t count = 0;
    oracle_record record{};
    words >> name >> type >> record.arity >> count;
    const auto column = type == "f32" ? read_column<float> : read_column<double>;
    record.a = column(from, count);
    if (record.arity == 2) record.b = column(from, count);
    record.result = column(from, count);
    record.rest = read_column<std::int16_t>(from, count);
    for (double& rest : record.rest) rest /= 65534;
    if (!from) throw std::runtime_error("oracle: expected whole records, got the end of " + path);
    name += ' ';
    name += type;
    found.emplace(std::move(name), std::move(record));
  }
  if (found.empty()) throw std::runtime_error("oracle: expected records, got none in " + path);
  return found;
}

}  // namespace

const oracle_record* find_oracle(const std::string& name, const std::string& type) {
  static const records all = read_all();
  const auto found = all.find(name + ' ' + type);
  return found == all.end() ? nullptr : &found->second;
}

}  // namespace gpucompute::cpu::math
