#!/usr/bin/env bash
# Builds the program that is distributed twice, in folders of different names, and compares the bytes: in clones of the last commit,
# or where .build-dist has a program of that commit, once more beside that one. Where the bytes differ it says in which
# sections and functions, and how they read there. Usage: packaging/reproduce.sh
set -eu
cd "$(dirname "$0")/.."
root=$PWD
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
commit=$(git rev-parse --short=12 HEAD)

built() { # folder: a program of the last commit, built in a clone that is there
  git clone --quiet "$root" "$work/$1"
  (cd "$work/$1" && packaging/build.sh)
}
first=$root/.build-dist/akin
if ! { [ -x "$first" ] && "$first" --version | grep -q "^build  *$commit,"; }; then first=$(built first); fi
second=$(AKIN_LINK_MAP=$work/map built a-second/one)

sha256sum "$first" "$second" | sed "s|$work/||; s|$root/||"
if cmp "$first" "$second"; then
  echo "two builds, the same $(wc -c <"$first") bytes"
else
  packaging/differences.py "$first" "$second" --map "$work/map" >&2
  exit 1
fi
