#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy 19 over all sources of the dev preset, or over those that changed since this branch left another:
# ci/tidy.sh [COMMIT]. Headers are read with the sources that include them.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ci/setup.sh nightly
cmake --preset dev >/dev/null
cmake --build build/dev --target gpucompute_build_id >/dev/null # a header
if (($#)); then
  base=$(git merge-base "$1" HEAD)
  changed=$(git diff --name-only --diff-filter=d "$base" -- '*.cpp')
else
  changed=$(git ls-files '*.cpp')
fi
# A source outside this configuration (a package's consumer, a kernel's text) has no compile command.
compiled=$(python3 -c 'import json, os
for each in json.load(open("build/dev/compile_commands.json")): print(os.path.relpath(os.path.realpath(each["file"])))')
# Nothing in common is no failure of grep's: it is judged below.
sources=$(grep -xFf <(echo "$compiled") <<<"$changed" || [[ $? == 1 ]])
echo "ci/tidy.sh: $(grep -c . <<<"$sources") sources"
if (($# == 0)) && [[ -z $sources ]]; then
  echo "ci/tidy.sh: expected sources with a compile command, got none" >&2
  exit 1
fi
# GCC's options stand in the compile commands.
xargs -r -P "$(nproc)" -n 1 clang-tidy-19 -p build/dev --quiet --extra-arg=-Wno-unknown-warning-option <<<"$sources"
