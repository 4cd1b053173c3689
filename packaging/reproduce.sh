#!/usr/bin/env bash
# Builds the program that is distributed twice, in clones of the last commit in folders of different names, and compares the
# bytes. Usage: packaging/reproduce.sh
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
programs=()
for folder in first a-second/one; do
  git clone --quiet "$root" "$work/$folder"
  programs+=("$(cd "$work/$folder" && packaging/build.sh)")
done
sha256sum "${programs[@]}" | sed "s|$work/||"
if cmp "${programs[@]}"; then
  echo "two builds, the same $(wc -c <"${programs[0]}") bytes"
else
  echo "two builds differ in $(cmp -l "${programs[@]}" | wc -l) bytes" >&2
  exit 1
fi
