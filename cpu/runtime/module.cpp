// SPDX-License-Identifier: Apache-2.0
#include "cpu/runtime/module.hpp"

#include <algorithm>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <span>
#include <unordered_map>

#include "cpu/math/library.hpp"
#include "generated/build_id.hpp"
#include "kernels/device/environment.hpp"
#include "kernels/device/fork_gate.hpp"

namespace gpucompute::cpu {
namespace {

constexpr const char* module_name = "libgpucompute_jit.so";
constexpr const char* entry_name = "gpucompute_jit_open";

std::string module_path() {
  const char* const folder = device_layer::setting("GPUCOMPUTE_MODULE_PATH");
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

struct build_search {
  const void* inside;
  std::string found;
};

void read_notes(const char* at, const char* end, std::string& found) {
  while (at + sizeof(ElfW(Nhdr)) <= end) {
    ElfW(Nhdr) note;
    std::memcpy(&note, at, sizeof note);
    const auto padded = [](std::size_t size) { return (size + 3) / 4 * 4; };
    const char* const name = at + sizeof note;
    const char* const content = name + padded(note.n_namesz);
    if (note.n_type == NT_GNU_BUILD_ID && std::string_view(name, note.n_namesz) == std::string_view("GNU\0", 4)) {
      for (const char* byte = content; byte != content + note.n_descsz; ++byte) {
        found += "0123456789abcdef"[static_cast<unsigned char>(*byte) >> 4U];
        found += "0123456789abcdef"[static_cast<unsigned char>(*byte) & 15U];
      }
      return;
    }
    at = content + padded(note.n_descsz);
  }
}

/// The note that the linker leaves in the object in which an address lies.
std::string build_of(const void* address) {
  build_search search{address, {}};
  dl_iterate_phdr(
      [](dl_phdr_info* object, std::size_t, void* context) {
        auto& wanted = *static_cast<build_search*>(context);
        const auto at = reinterpret_cast<std::uintptr_t>(wanted.inside);
        const std::span<const ElfW(Phdr)> parts(object->dlpi_phdr, object->dlpi_phnum);
        const bool here = std::any_of(parts.begin(), parts.end(), [&](const ElfW(Phdr) & part) {
          return part.p_type == PT_LOAD && at - object->dlpi_addr - part.p_vaddr < part.p_memsz;
        });
        for (const ElfW(Phdr) & part : parts) {
          if (here && part.p_type == PT_NOTE && wanted.found.empty()) {
            // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader's addresses are numbers
            const auto* const first = reinterpret_cast<const char*>(object->dlpi_addr + part.p_vaddr);
            read_notes(first, first + part.p_memsz, wanted.found);
          }
        }
        return here ? 1 : 0;
      },
      &search);
  return search.found;
}

compiler_module load() {
  const std::string path = module_path();
  void* const handle = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (handle == nullptr) {
    const char* const reason = dlerror();
    return {nullptr, "the compiler module: " + std::string(reason != nullptr ? reason : path.c_str()), ""};
  }
  const auto open = reinterpret_cast<decltype(&gpucompute_jit_open)>(dlsym(handle, entry_name));
  if (open == nullptr) {
    return {nullptr, "the compiler module: " + path + " has no " + entry_name, ""};
  }
  const char* error = nullptr;
  compiler* const found = open(GPUCOMPUTE_BUILD_ID, &error);
  if (found == nullptr) {
    return {nullptr, "the compiler module: " + std::string(error != nullptr ? error : path.c_str()), ""};
  }
  return {found, "", build_of(reinterpret_cast<const void*>(open))};
}

}  // namespace

const compiler_module& find_compiler() {
  return device_layer::made_once([] { return new compiler_module(load()); });
}

void* resolve_math(std::string_view symbol) {
  const auto& known = device_layer::made_once([] {
    auto* made = new std::unordered_map<std::string, void*>;
    for (const isa set : every_isa) {
      for (const math::entry& each : math::entries(set)) {
        made->emplace(each.symbol, each.vector);
        made->emplace(std::string(each.symbol) + "_block", reinterpret_cast<void*>(each.block));
      }
    }
    return made;
  });
  const auto found = known.find(std::string(symbol));
  return found == known.end() ? nullptr : found->second;
}

}  // namespace gpucompute::cpu
