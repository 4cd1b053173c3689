#!/usr/bin/env bash
# What the steps that index folders share; no step itself: they source it after `set -u`. $1 is the path of akin.
# Sets: akin, work (a folder that goes away), AKIN_DATA, passed and failed, which check counts.
# shellcheck disable=SC2034 # the steps use it
akin=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export AKIN_DATA="$work/data"
passed=0
failed=0

# check NAME STATUS_WANTED PATTERN COMMAND...: the command ends so, and writes a line that the pattern fits.
check() {
  local name=$1 wanted=$2 pattern=$3 status=0 output
  shift 3
  output=$("$@" 2>"$work/errors") || status=$?
  if [ "$status" = "$wanted" ] && grep -Eq -- "$pattern" <<<"$output$(cat "$work/errors")"; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    echo "FAILED: $name: status $status, wanted $wanted and $pattern"
    echo "$output"
    cat "$work/errors"
  fi
}
