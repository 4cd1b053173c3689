#!/usr/bin/env bash
# The VS Code extension's logic on Node against the real server, and its manifest. Usage: Tests/Clients/vscode.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need node
if ! node -e 'process.exit(Number(process.versions.node.split(".")[0]) < 18 ? 1 : 0)'; then
  echo "node is $(node --version); its test runner needs 18 or newer"
  exit 77
fi

cd clients/vscode
timeout 300 node --test test/*.test.js >"$work/report" 2>&1 || true
# The lines that the runner indents belong to the tests of one file; the counts are in its last lines.
grep -E '^ *(not )?ok [0-9]+ - ' "$work/report" | grep -v '\.test\.js$' | sed -E 's/^ *ok [0-9]+ - /ok      /; s/^ *not ok [0-9]+ - /FAILED  /' || true
count() { sed -n "s/^# $1 \([0-9]*\)$/\1/p" "$work/report"; }
if [ -n "$(count pass)" ]; then
  echo "$(count pass) passed, $(($(count fail) + $(count cancelled))) failed" >"$work/counts"
else
  touch "$work/counts"
fi
add_counts "$work/counts"
if [ "$failed" -gt 0 ]; then cat "$work/report" >&2; fi
echo "not run: VS Code itself, which neither Debian nor PyPI has; a stand-in takes its place"
finish vscode
