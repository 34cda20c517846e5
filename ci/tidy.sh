#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy 19 over all sources of the dev preset, or over those that changed since a commit: ci/tidy.sh [COMMIT]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

ci/setup.sh nightly
cmake --preset dev >/dev/null
if (($#)); then
  mapfile -t sources < <(git diff --name-only --diff-filter=d "$1" -- 'kernels/*.cpp' 'cpu/*.cpp' 'cuda/*.cpp' 'bench/*.cpp' 'tests/*.cpp')
else
  mapfile -t sources < <(git ls-files 'kernels/*.cpp' 'cpu/*.cpp' 'cuda/*.cpp' 'bench/*.cpp' 'tests/*.cpp')
fi
((${#sources[@]})) || exit 0
# A source outside this configuration (a stub, the other device) has no compile command.
known=$(python3 -c 'import json; print("\n".join(e["file"] for e in json.load(open("build/dev/compile_commands.json"))))')
for source in "${sources[@]}"; do
  if grep -qxF "$PWD/$source" <<<"$known"; then echo "$source"; fi
done | xargs -r -P "$(nproc)" -n 1 clang-tidy-19 -p build/dev --quiet
