#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the generated CUDA C++ with NVRTC, runs it on the GPU of this machine and compares with the reference device.
# Needs NVIDIA's driver and NVRTC, no LLVM and no network. Among sources it builds gpu_check first, in the build folder
# that is there or, without the JIT, in build/gpu; in an unpacked archive it runs the one that came with it.
#
#   ci/gpu_test.sh [--json FILE] [--n N] [--filter TEXT]     GPUCOMPUTE_GPU_CHECK=PATH names the program
#   ci/gpu_test.sh --archive FILE.tar.gz                     packs what another machine needs to run this
#
# Exit: 0 all equal, 1 some differ, 2 usage, no GPU, no NVRTC or no gpu_check, 5 a call of the driver failed.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

# Prints the folder in which gpu_check is built anew, so that it never checks an older emitter.
build_check() {
  local folder
  command -v cmake >/dev/null || { echo "ci/gpu_test.sh: expected cmake to build gpu_check, got none" >&2; exit 2; }
  for folder in "$root"/build/{gpu,release,dev,nojit}; do
    [[ ! -e $folder/CMakeCache.txt ]] || break
  done
  if [[ ! -e $folder/CMakeCache.txt ]]; then
    folder=$root/build/gpu
    cmake -S "$root" -B "$folder" -DCMAKE_BUILD_TYPE=Release -DGPUCOMPUTE_ENABLE_JIT=OFF -DGPUCOMPUTE_BUILD_BENCH=OFF >&2 || exit 2
  fi
  if ! cmake --build "$folder" --target gpu_check -j "$(nproc)" >&2; then
    echo "ci/gpu_test.sh: expected gpu_check to build, got the errors above" >&2
    exit 2
  fi
  echo "$folder"
}

if [[ -n ${GPUCOMPUTE_GPU_CHECK:-} ]]; then
  check=$GPUCOMPUTE_GPU_CHECK
elif [[ -e $root/CMakeLists.txt ]]; then
  folder=$(build_check)
  check=$folder/tests/gpu_check
else
  check=$root/build/gpu/tests/gpu_check
fi
[[ -x $check ]] || { echo "ci/gpu_test.sh: expected a program, got $check" >&2; exit 2; }

if [[ ${1:-} == --archive ]]; then
  [[ $# == 2 ]] || { echo "ci/gpu_test.sh: expected --archive FILE.tar.gz" >&2; exit 2; }
  place=$(mktemp -d)
  trap 'rm -rf "$place"' EXIT
  mkdir -p "$place/gpucompute/ci" "$place/gpucompute/build/gpu/tests"
  cp "$root/ci/gpu_test.sh" "$place/gpucompute/ci/"
  mkdir "$place/gpucompute/build/gpu/lib" # what a GPU machine may lack
  ldd "$check" | awk '/libsleef|libgomp/ {print $3}' | xargs -I{} cp -L {} "$place/gpucompute/build/gpu/lib/"
  strip -o "$place/gpucompute/build/gpu/tests/gpu_check" "$check"
  tar -C "$place" -czf "$2" gpucompute
  echo "packed $2: unpack it and run gpucompute/ci/gpu_test.sh"
  exit
fi
[[ -d $root/build/gpu/lib ]] && export LD_LIBRARY_PATH="$root/build/gpu/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
exec "$check" "$@"
