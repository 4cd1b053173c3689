#!/usr/bin/env bash
# Runs the tests of the Node client against the built program, and compiles its declarations where TypeScript is installed.
# Usage: Tests/Clients/node.sh PATH_OF_AKIN
set -eu
AKIN=$(realpath "$1")
export AKIN
cd "$(dirname "$0")/../../clients/node"

if ! node -e 'process.exit(parseInt(process.versions.node) < 18 ? 1 : 0)' 2>/dev/null; then
  echo "no Node 18 or newer"
  exit 77
fi
if command -v tsc >/dev/null 2>&1; then
  tsc --noEmit --strict --target es2022 --lib es2022,dom --module node16 --moduleResolution node16 test/types.ts
  echo "the declarations hold under tsc --strict"
else
  echo "no tsc: the declarations are not compiled"
fi

output=$(mktemp)
trap 'rm -f "$output"' EXIT
status=0
node --test --test-reporter=tap test/*.test.js >"$output" 2>&1 || status=$?
count() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$output"; }
if [ "$status" -ne 0 ]; then cat "$output"; fi
echo "node: $(count pass) passed, $(count fail) failed"
exit "$status"
