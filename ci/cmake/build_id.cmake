# Writes OUTPUT, which defines GPUCOMPUTE_BUILD_ID: PREFIX and a hash of the headers in ROOT that the library shares
# with its modules. cmake -D OUTPUT=... -D PREFIX=... -D ROOT=... -P build_id.cmake
file(GLOB_RECURSE headers RELATIVE ${ROOT} ${ROOT}/include/*.hpp ${ROOT}/include/*.def ${ROOT}/kernels/*.hpp ${ROOT}/cpu/*.hpp)
list(SORT headers)
set(all "")
foreach(header ${headers})
  file(SHA256 ${ROOT}/${header} hash)
  string(APPEND all "${header} ${hash}\n")
endforeach()
string(SHA256 all "${all}")
string(SUBSTRING ${all} 0 16 all)
file(CONFIGURE OUTPUT ${OUTPUT} CONTENT "#pragma once\n\n#define GPUCOMPUTE_BUILD_ID \"${PREFIX}-${all}\"\n")
