#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Compiles the generated CUDA C++ with NVRTC, runs it on the GPU of this machine and compares with the reference device.
# Needs NVIDIA's driver and NVRTC, no LLVM and no network. Runs the gpu_check that lies in a build folder or came with
# an archive of one; builds it, without the JIT, where there is none but sources and compilers.
#
#   ci/gpu_test.sh [--json FILE] [--n N] [--filter TEXT]     GPUCOMPUTE_GPU_CHECK=PATH names the program
#   ci/gpu_test.sh --archive FILE.tar.gz                     packs what another machine needs to run this
#
# Exit: 0 all equal, 1 some differ, 2 usage, no GPU, no NVRTC or no gpu_check, 5 a call of the driver failed.
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

find_check() {
  local candidate
  for candidate in "${GPUCOMPUTE_GPU_CHECK:-}" "$root"/build/{gpu,release,dev,nojit}/tests/gpu_check; do
    [[ -n $candidate && -x $candidate ]] && { echo "$candidate"; return; }
  done
  return 1
}

build_check() {
  command -v cmake >/dev/null || { echo "ci/gpu_test.sh: expected a built gpu_check or cmake to build it, got neither" >&2; exit 2; }
  if ! { cmake -S "$root" -B "$root/build/gpu" -DCMAKE_BUILD_TYPE=Release -DGPUCOMPUTE_ENABLE_JIT=OFF -DGPUCOMPUTE_BUILD_BENCH=OFF &&
    cmake --build "$root/build/gpu" --target gpu_check -j "$(nproc)"; } >&2; then
    echo "ci/gpu_test.sh: expected gpu_check to build, got the errors above" >&2
    exit 2
  fi
}

check=$(find_check) || { build_check; check=$(find_check); }

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
