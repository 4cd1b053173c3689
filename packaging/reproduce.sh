#!/usr/bin/env bash
# Builds the program that is distributed twice, in folders of different names, and compares the bytes: in clones of the last commit,
# or where .build-dist has a program of that commit, once more beside that one. Where the bytes differ it says in which
# sections. Usage: packaging/reproduce.sh
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
second=$(built a-second/one)

sha256sum "$first" "$second" | sed "s|$work/||; s|$root/||"
if cmp "$first" "$second"; then
  echo "two builds, the same $(wc -c <"$first") bytes"
else
  echo "two builds differ in $(cmp -l "$first" "$second" | wc -l) bytes, in these sections:" >&2
  for program in "$first" "$second"; do
    for section in $(readelf --sections --wide "$program" | sed -n 's/^ *\[ *[0-9]*\] \([^ ]*\) .*/\1/p'); do
      [ "$section" = .bss ] || [ "$section" = .tbss ] ||
        echo "$section $(objcopy -O binary --only-section="$section" "$program" /dev/stdout 2>/dev/null | sha256sum | cut -c 1-16)"
    done >"$work/sections-$(basename "$(dirname "$(dirname "$program")")")"
  done
  diff "$work"/sections-* | sed -n 's/^< \([^ ]*\) .*/  \1/p' >&2
  exit 1
fi
