#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# What belongs to every change: sets up, builds the dev preset, runs all tests, the checks of ci/ among them.
# Arguments go to ctest, e.g. ci/test.sh -R Parser
set -euo pipefail
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
