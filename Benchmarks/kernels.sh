#!/bin/sh
# Compiles Benchmarks/Kernels with the kernels as a release build has them, and runs it. CC chooses the compiler.
set -eu
cd "$(dirname "$0")/.."
CC=${CC:-$(command -v clang || command -v cc)}
program=$(mktemp)
trap 'rm -f "$program"' EXIT
"$CC" -std=gnu11 -O2 -Wall -Wextra -I Sources/CKernels/include Sources/CKernels/*.c Benchmarks/Kernels/*.c -lm -o "$program"
"$program"
