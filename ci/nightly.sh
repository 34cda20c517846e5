#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The long runs: every preset, clang with its warnings, the sanitizers, clang-tidy on all files, long differential
# tests, and the committed oracle data made again with NumPy from PyPI.
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit

failed=()
step() {
  local name=$1
  shift
  echo "== $name"
  "$@" || failed+=("$name")
}

preset() { cmake --preset "$1" && cmake --build --preset "$1" && ctest --preset "$1" --no-tests=error -j "$(nproc)"; }
clang() {
  cmake --preset dev -B build/clang -DCMAKE_C_COMPILER=clang-19 -DCMAKE_CXX_COMPILER=clang++-19 && cmake --build build/clang
}

ci/setup.sh nightly || exit 1
export GPUCOMPUTE_TEST_LONG=1
step "dev" preset dev
step "release" preset release
step "without LLVM" preset nojit
step "clang" clang
step "sanitizers" ci/sanitize.sh
step "clang-tidy" ci/tidy.sh
step "shellcheck" shellcheck ci/*.sh .ci/run

if ((${#failed[@]})); then
  echo "nightly: failed: ${failed[*]}"
  exit 1
fi
echo "nightly: all steps passed"
