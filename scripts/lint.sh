#!/usr/bin/env bash
# Checks the format of the Swift sources and the shell scripts (these by shellcheck too, where it is installed).
# Usage: scripts/lint.sh [--fix], which formats the Swift sources in place first.
set -eu
cd "$(dirname "$0")/.."

swift_sources=()
for path in Package.swift Sources Tests Benchmarks; do
  if [ -e "$path" ]; then swift_sources+=("$path"); fi
done
if [ "${1-}" = --fix ]; then
  swift format format --in-place --recursive "${swift_sources[@]}"
fi
swift format lint --strict --recursive "${swift_sources[@]}"

for script in scripts/*.sh packaging/*.sh clients/shell/akin-fzf clients/shell/akin.bash Tests/Clients/*.sh Tests/Faults/*.sh .ci/run; do
  bash -n "$script"
done
if command -v shellcheck >/dev/null 2>&1; then
  shellcheck scripts/*.sh packaging/*.sh clients/shell/akin-fzf Tests/Clients/*.sh Tests/Faults/*.sh .ci/run
fi
