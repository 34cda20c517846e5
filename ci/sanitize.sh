#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the tests under sanitizers: ci/sanitize.sh [asan|ubsan|tsan]... (all three without arguments).
# What comes after -- goes to ctest.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

presets=()
while (($#)) && [[ $1 != -- ]]; do
  case $1 in
    asan | ubsan | tsan) presets+=("$1") ;;
    *) echo "ci/sanitize.sh: expected asan, ubsan or tsan, got '$1'" >&2; exit 2 ;;
  esac
  shift
done
(($#)) && shift
((${#presets[@]})) || presets=(asan ubsan tsan)

ci/setup.sh sanitize
export ASAN_OPTIONS=detect_leaks=1:strict_string_checks=1:detect_stack_use_after_return=0
export UBSAN_OPTIONS=print_stacktrace=1
# libomp is not instrumented: what orders its mutexes cannot be seen. A child of a fork has its parent's threads on the list,
# and may start threads again: OpenBLAS's are made anew there. Races are looked for in its parent alone.
mkdir -p build
echo "called_from_lib:libomp.so" >build/tsan.supp
export TSAN_OPTIONS=second_deadlock_stack=1:ignore_noninstrumented_modules=1:report_thread_leaks=0:die_after_fork=0:suppressions=$PWD/build/tsan.supp
for preset in "${presets[@]}"; do
  echo "== $preset"
  cmake --preset "$preset"
  cmake --build --preset "$preset"
  # Consumers, snippets and checks of the sources gain nothing here.
  ctest --preset "$preset" --no-tests=error -j "$(nproc)" -LE '^(checks|package|docs)$' "$@"
done
