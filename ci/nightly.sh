#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The long runs: every preset, clang with its warnings, the sanitizers, clang-tidy on all files, long differential
# tests, the committed oracle data made again with NumPy from PyPI, and the comparison with the rivals.
set -uo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
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

# NumPy and mpmath from PyPI, for the steps that ask them anew.
oracle() { python3 -m venv build/oracle && build/oracle/bin/python -m pip install --quiet 'numpy>=2.4,<2.5' scipy mpmath; }
# 100,000 random expressions with NumPy's answers, on every device and tier.
differential() {
  local seed
  for seed in {101..120}; do
    build/oracle/bin/python tests/oracle/make_differential.py build/nightly.cases --count 5000 --seed "$seed" &&
      GPUCOMPUTE_CASES=$PWD/build/nightly.cases ctest --preset dev --no-tests=error -R '^Differential\.' || return 1
  done
}
# The committed data follow from the scripts, byte for byte.
remade() {
  local name made=build/remade
  make() { build/oracle/bin/python "tests/oracle/make_$1.py" "${@:2}"; }
  rm -rf $made && mkdir -p $made/language $made/graph $made/math &&
    make conformance $made/conformance && make differential $made/differential.cases --count 2000 --seed 1 &&
    make types $made/language/types.txt && make precedence $made/language/precedence.txt &&
    make literals $made/language/literals.txt &&
    make special $made/graph/special.txt && make math $made/math/oracle.bin &&
    for name in polynomials lgamma_zeros; do
      build/oracle/bin/python "cpu/math/$name.py" "$made/$name.inc" && diff "$made/$name.inc" "cpu/math/$name.inc" || return 1
    done || return 1
  for name in conformance differential.cases language graph math; do
    diff -r "$made/$name" "tests/data/$name" || return 1
  done
}

ci/setup.sh nightly || exit 1
export GPUCOMPUTE_TEST_LONG=1
step "dev" preset dev
step "NumPy and mpmath" oracle
step "100,000 random expressions" differential
step "oracle data made again" remade
step "release" preset release
step "rivals" ci/rivals.sh build/rivals
step "rivals of solves" ci/rivals.sh solves build/rivals_solves
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
