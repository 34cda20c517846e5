#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Installs what building and testing need and this machine lacks: Debian's packages (as root or with sudo) and, where
# no CUDA toolkit is found, NVRTC and the CUDA headers from PyPI into build/nvrtc. Quick when nothing is missing.
#
#   ci/setup.sh [SET...]     sets: build (default), test, rivals or sanitize, nightly; each includes the ones before it
#
# GPUCOMPUTE_WITHOUT_NVRTC=REASON leaves NVRTC out; the tests that want it are then skipped and give the reason.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

build=(cmake ninja-build g++ ccache git python3 pkg-config llvm-19-dev libzstd-dev zlib1g-dev libsleef-dev
       libgtest-dev libgmock-dev libopenblas0-pthread) # the last is opened at run time, by solves
test=(python3-venv ca-certificates clang-format-14 binutils libtmglib-dev liblapack-dev libblas-dev libgfortran-12-dev)
rivals=(libeigen3-dev)
sanitize=(clang-19 libclang-rt-19-dev libomp-19-dev)
nightly=(clang-tidy-19 shellcheck libopenblas0-openmp libblis4-pthread libblis4-openmp)

packages=("${build[@]}")
wants_nvrtc=no
for set in "$@"; do
  case $set in
    build) ;;
    test) packages+=("${test[@]}"); wants_nvrtc=yes ;;
    rivals) packages+=("${test[@]}" "${rivals[@]}"); wants_nvrtc=yes ;;
    sanitize) packages+=("${test[@]}" "${sanitize[@]}"); wants_nvrtc=yes ;;
    nightly) packages+=("${test[@]}" "${rivals[@]}" "${sanitize[@]}" "${nightly[@]}"); wants_nvrtc=yes ;;
    *) echo "ci/setup.sh: expected build, test, rivals, sanitize or nightly, got '$set'" >&2; exit 2 ;;
  esac
done

missing=()
if command -v dpkg-query >/dev/null && command -v apt-get >/dev/null; then
  # dpkg-query fails when it knows none of a name; such a package is missing, which the loop below finds.
  installed=$(dpkg-query -W -f='${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null || true)
  for package in "${packages[@]}"; do
    grep -qxF "$package installed" <<<"$installed" || missing+=("$package")
  done
else
  echo "ci/setup.sh: not a Debian, so nothing is looked for or installed; needed are what Debian calls ${packages[*]}" >&2
fi

if ((${#missing[@]})); then
  as_root=()
  if ((EUID != 0)); then
    command -v sudo >/dev/null || { echo "ci/setup.sh: needs root or sudo to install: ${missing[*]}" >&2; exit 1; }
    as_root=(sudo)
  fi
  echo "ci/setup.sh: installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
fi

toolkit_is_here() {
  local directory
  for directory in "${CUDA_PATH:-}" "${CUDA_HOME:-}" /usr/local/cuda /opt/cuda; do
    [[ -n $directory && -e $directory/include/nvrtc.h && -e $directory/include/cuda.h ]] && return
  done
  return 1
}

if [[ $wants_nvrtc == yes && -z ${GPUCOMPUTE_WITHOUT_NVRTC:-} ]] && ! toolkit_is_here && [[ ! -e $root/build/nvrtc/complete ]]; then
  echo "ci/setup.sh: no CUDA toolkit found; installing NVRTC and the CUDA headers into build/nvrtc"
  rm -rf "$root/build/nvrtc" "$root/build/nvrtc.pip"
  python3 -m venv "$root/build/nvrtc.pip"
  "$root/build/nvrtc.pip/bin/python" -m pip install --quiet --no-deps --target "$root/build/nvrtc" \
    'nvidia-cuda-nvrtc>=13,<14' 'nvidia-cuda-runtime>=13,<14'
  rm -rf "$root/build/nvrtc.pip"
  touch "$root/build/nvrtc/complete"
fi
