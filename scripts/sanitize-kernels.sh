#!/bin/sh
# Compiles the kernels with the address and undefined-behaviour sanitizers and runs Tests/CKernels on all of them.
# Where an arm64 cross compiler and qemu are installed, runs the same program for arm64, without sanitizers.
# CC chooses the compiler.
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

compile() { # compiler, output, flags...
  compiler=$1 output=$2
  shift 2
  "$compiler" -std=c11 -Wall -Wextra -Werror "$@" -I Sources/CKernels/include \
    Sources/CKernels/*.c Tests/CKernels/*.c -lm -o "$output"
}

CC=${CC:-$(command -v cc || command -v gcc || command -v clang)}
echo "sanitizers, $CC"
compile "$CC" "$work/kernels" -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
"$work/kernels"
compile "$CC" "$work/kernels-optimised" -O2
"$work/kernels-optimised"

if command -v aarch64-linux-gnu-gcc >/dev/null && command -v qemu-aarch64 >/dev/null; then
  echo "arm64 under qemu"
  compile aarch64-linux-gnu-gcc "$work/kernels-arm64" -O2 -static
  qemu-aarch64 -cpu max "$work/kernels-arm64"
  # A processor without i8mm must not choose it.
  qemu-aarch64 -cpu neoverse-n1 "$work/kernels-arm64" | tee "$work/without-i8mm"
  if grep -q i8mm "$work/without-i8mm"; then exit 1; fi
fi
