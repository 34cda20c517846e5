#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What belongs to every change: sets up, builds the dev preset, runs all tests, the checks of ci/ among them.
# Arguments go to ctest, e.g. ci/test.sh -R Parser
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Without tests there is no closing line of ctest's: say so in its place.
step=setup
trap '[[ $step == tests ]] || echo "0 passed, 1 failed: the step \"$step\" failed"' EXIT

ci/setup.sh test
step=configure
cmake --preset dev
step=build
cmake --build --preset dev
step=tests
ctest --preset dev --no-tests=error -j "$(nproc)" "$@"
