// SPDX-License-Identifier: Apache-2.0
// NVRTC's interface over the host's C++ compiler. What comes out as "cubin" is a shared object, after a header that
// fake_driver.cpp reads.
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <spawn.h>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "tests/cuda/shim/fake_cubin.hpp"

namespace {

using gpucompute::shim::cubin_header;

struct program {
  std::string source, log, cubin;
};

std::string content(const std::filesystem::path& path) {
  std::stringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

/// Every kernel gets an entry that takes its parameters as cuLaunchKernel does.
std::string entries(const std::string& source) {
  static const std::regex kernel(R"(__global__ void (?:__launch_bounds__\(\d+\) )?(\w+)\()");
  std::string text;
  for (std::sregex_iterator each(source.begin(), source.end(), kernel), end; each != end; ++each) {
    const std::string name = (*each)[1];
    text += "extern \"C\" __global__ void " + name;
    text += "__entry(void** parameters) { gpucompute::shim::call(" + name + ", parameters); }\n";
  }
  return text;
}

int run(const std::vector<std::string>& command) {
  std::vector<char*> texts;
  texts.reserve(command.size() + 1);
  for (const std::string& each : command) {
    texts.push_back(const_cast<char*>(each.c_str()));
  }
  texts.push_back(nullptr);
  pid_t child = 0;
  int status = 1;
  if (posix_spawnp(&child, texts[0], nullptr, nullptr, texts.data(), environ) != 0 || waitpid(child, &status, 0) < 0) {
    return 1;
  }
  return status;
}

}  // namespace

#define GPUCOMPUTE_FAKE extern "C" __attribute__((visibility("default")))

GPUCOMPUTE_FAKE int nvrtcVersion(int* major, int* minor) {
  *major = 0;
  *minor = 0;
  return 0;
}

GPUCOMPUTE_FAKE const char* nvrtcGetErrorString(int status) { return status == 0 ? "SUCCESS" : "COMPILATION"; }

GPUCOMPUTE_FAKE int nvrtcCreateProgram(program** made, const char* source, const char*, int, const char* const*,
                                       const char* const*) {
  *made = new program{source, {}, {}};
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcDestroyProgram(program** which) {
  delete *which;
  *which = nullptr;
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcCompileProgram(program* which, int, const char* const*) {
  std::string folder = std::filesystem::temp_directory_path() / "gpucompute-shim-XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) {
    which->log = "no folder for the compiler";
    return 6;
  }
  const std::filesystem::path place(folder);
  std::ofstream(place / "kernel.cpp") << "#include \"tests/cuda/shim/prelude.hpp\"\n#line 1 \"gpucompute.cu\"\n"
                                      << which->source << entries(which->source);
  // Aliasing and contraction as CUDA's compiler treats them under --fmad=false.
  const int status = run({"/bin/sh", "-c", R"(log=$0; exec "$@" 2>"$log")", (place / "log").string(),
                          GPUCOMPUTE_HOST_COMPILER, "-std=c++17", "-O1", "-fPIC", "-shared", "-w", "-ffp-contract=off",
                          "-fno-strict-aliasing", "-fvisibility=hidden", std::string("-I") + GPUCOMPUTE_SOURCE_FOLDER,
                          "-o", (place / "kernel.so").string(), (place / "kernel.cpp").string()});
  which->log = content(place / "log");
  const std::string object = status == 0 ? content(place / "kernel.so") : std::string();
  std::filesystem::remove_all(place);
  if (status != 0) {
    return 6;
  }
  cubin_header header;
  header.bytes = object.size();
  which->cubin.assign(reinterpret_cast<const char*>(&header), sizeof header);
  which->cubin += object;
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcGetProgramLogSize(program* which, std::size_t* size) {
  *size = which->log.size() + 1;
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcGetProgramLog(program* which, char* log) {
  log[which->log.copy(log, which->log.size())] = '\0';
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcGetCUBINSize(program* which, std::size_t* size) {
  *size = which->cubin.size();
  return 0;
}

GPUCOMPUTE_FAKE int nvrtcGetCUBIN(program* which, char* cubin) {
  which->cubin.copy(cubin, which->cubin.size());
  return 0;
}
