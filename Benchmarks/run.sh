#!/usr/bin/env bash
# Everything that needs no peer, one step after another; each writes its section of RESULTS.md or prints its table.
# Usage: Benchmarks/run.sh [STEP...], all steps without arguments. What another step of the same name may be: NAME.sh, NAME.py.
set -eu
cd "$(dirname "$0")/.."

swift build -c release --package-path Benchmarks
steps=("$@")
[ $# -gt 0 ] || steps=(kernels engine startup memory search quality load)
for step in "${steps[@]}"; do
  for file in "Benchmarks/$step.sh" "Benchmarks/$step.py"; do
    [ -x "$file" ] || continue
    echo "== $step"
    "$file"
  done
done
