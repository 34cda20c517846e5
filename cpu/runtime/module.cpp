// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/module.hpp"

#include <cstdlib>
#include <dlfcn.h>
#include <unordered_map>

#include "cpu/math/library.hpp"

namespace gpucompute::cpu {
namespace {

constexpr const char* module_name = "libgpucompute_jit.so";
constexpr const char* entry_name = "gpucompute_jit_open";

std::string module_path() {
  const char* const folder = std::getenv("GPUCOMPUTE_MODULE_PATH");
  if (folder != nullptr && *folder != '\0') {
    return std::string(folder) + '/' + module_name;
  }
  Dl_info here{};
  if (dladdr(reinterpret_cast<const void*>(&module_path), &here) == 0 || here.dli_fname == nullptr) {
    return module_name;
  }
  const std::string library = here.dli_fname;
  const auto slash = library.rfind('/');
  return slash == std::string::npos ? module_name : library.substr(0, slash + 1) + module_name;
}

compiler_module load() {
  const std::string path = module_path();
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const reason = dlerror();
    return {nullptr, "the compiler module: " + std::string(reason != nullptr ? reason : path.c_str())};
  }
  const auto open = reinterpret_cast<decltype(&gpucompute_jit_open)>(dlsym(handle, entry_name));
  if (open == nullptr) {
    return {nullptr, "the compiler module: " + path + " has no " + entry_name};
  }
  const char* error = nullptr;
  compiler* const found = open(GPUCOMPUTE_BUILD_ID, &error);
  if (found == nullptr) {
    return {nullptr, "the compiler module: " + std::string(error != nullptr ? error : path.c_str())};
  }
  return {found, ""};
}

}  // namespace

const compiler_module& find_compiler() {
  static const compiler_module only = load();
  return only;
}

void* resolve_math(std::string_view symbol) {
  static const auto known = [] {
    std::unordered_map<std::string, void*> made;
    for (const math::isa set : {math::isa::avx2, math::isa::avx512}) {
      for (const math::entry& each : math::entries(set)) {
        made.emplace(each.symbol, each.vector);
      }
    }
    return made;
  }();
  const auto found = known.find(std::string(symbol));
  return found == known.end() ? nullptr : found->second;
}

}  // namespace gpucompute::cpu
