#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Runs both commands of the README in a Debian that holds nothing else: ci/fresh_machine.sh [FOLDER] [SUITE]
# Needs root and debootstrap. The committed state is tried, not the working tree. What it downloads is Debian's packages
# and, through ci/setup.sh, PyPI's; there is no CUDA toolkit in it. FOLDER, which must not exist
# (a new temporary one by default), is removed in the end.
set -euo pipefail
[[ ${1:-} != -h && ${1:-} != --help ]] || { sed -n '3,/^set/{/^set/!s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}"; exit; }
sources=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
suite=${2:-bookworm}
root=${1:-$(mktemp -u -d)}

((EUID == 0)) || { echo "ci/fresh_machine.sh: needs root" >&2; exit 1; }
[[ ! -e $root ]] || { echo "ci/fresh_machine.sh: expected a folder that does not exist yet, got $root" >&2; exit 2; }
# shellcheck disable=SC2317 # the trap calls it
clean() {
  # Not mounted yet on a first run; were it mounted still, --one-file-system keeps rm out of it.
  umount "$root/proc" "$root/dev/shm" 2>/dev/null || true
  rm -rf --one-file-system "$root" "$root.log"
}
trap clean EXIT

mkdir -p "$root"
debootstrap --variant=minbase "$suite" "$root" >"$root.log" 2>&1 || { tail -20 "$root.log"; exit 1; }
mount -t proc proc "$root/proc"
mkdir -p "$root/dev/shm" "$root/src"
mount -t tmpfs tmpfs "$root/dev/shm"
cp /etc/resolv.conf "$root/etc/resolv.conf"
git -C "$sources" archive HEAD | tar -x -C "$root/src"

# How this machine reaches registries is not what is tried: proxies and a certificate bundle are handed on.
environment=(PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8)
for name in http_proxy https_proxy no_proxy PIP_INDEX_URL; do
  [[ -z ${!name:-} ]] || environment+=("$name=${!name}")
done
if [[ -n ${PIP_CERT:-} ]]; then
  cp "$PIP_CERT" "$root/etc/ca-of-host.crt"
  environment+=(PIP_CERT=/etc/ca-of-host.crt)
fi

inside() { chroot "$root" env -i "${environment[@]}" "$@"; }
inside sh -c 'ls /usr/local/cuda /usr/bin/g++ /usr/bin/python3 2>&1 | sed "s/^/before: /"'
status=0
echo "== ci/test.sh"
time inside /src/ci/test.sh || status=1
echo "== ci/gpubench.sh"
time inside /src/ci/gpubench.sh || status=1
exit $status
