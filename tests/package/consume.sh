#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs tests/package/consumer against the library:
#   consume.sh find_package|pkg_config|add_subdirectory SOURCES BUILD WORK COMPILER
# The install tree is moved after the install, so that a path baked in at install time shows.
set -euo pipefail
way=$1 sources=$2 build=$3 work=$4 compiler=$5
consumer=$sources/tests/package/consumer

rm -rf "$work"
mkdir -p "$work"
install_tree() {
  cmake --install "$build" --prefix "$work/staged" >"$work/install.log"
  mv "$work/staged" "$work/prefix"
  library=$(dirname "$(find "$work/prefix" -name libgpucompute.so)")
}

case $way in
  find_package)
    install_tree
    cmake -S "$consumer" -B "$work/build" -G Ninja -DCMAKE_PREFIX_PATH="$work/prefix" -DCMAKE_CXX_COMPILER="$compiler"
    cmake --build "$work/build"
    "$work/build/app"
    "$work/build/solving"
    "$work/build/batches"
    ;;
  pkg_config)
    install_tree
    export PKG_CONFIG_PATH=$library/pkgconfig
    eval "flags=($(pkg-config --cflags --libs gpucompute))" # it quotes for the shell
    for program in program solving batches; do
      "$compiler" "$consumer/$program.cpp" "${flags[@]}" -o "$work/$program"
      LD_LIBRARY_PATH=$library "$work/$program"
    done
    if [[ -x $work/prefix/bin/gpubench ]]; then "$work/prefix/bin/gpubench" env >"$work/env.txt"; fi
    ;;
  add_subdirectory)
    launcher=()
    if command -v ccache >/dev/null; then launcher=(-DCMAKE_C_COMPILER_LAUNCHER=ccache -DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
    cmake -S "$consumer" -B "$work/build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DGPUCOMPUTE_SOURCES="$sources" \
      -DCMAKE_CXX_COMPILER="$compiler" "${launcher[@]}"
    cmake --build "$work/build"
    "$work/build/app"
    "$work/build/solving"
    "$work/build/batches"
    ;;
  *) echo "consume.sh: expected find_package, pkg_config or add_subdirectory, got '$way'" >&2; exit 2 ;;
esac
