#!/usr/bin/env bash
# Prints the version, or with an argument makes it the one everywhere it stands: Sources/akin/Version.swift is where it is
# read from, and Tests/TidyTests holds the others against it. Usage: scripts/version.sh [VERSION]
set -eu
cd "$(dirname "$0")/.."
current=$(sed -n 's/.*static let current = "\(.*\)"/\1/p' Sources/akin/Version.swift)
if [ $# -eq 0 ]; then
  echo "$current"
  exit
fi
case "$1" in
  [0-9]*.[0-9]*.[0-9]*) ;;
  *) echo "usage: scripts/version.sh [MAJOR.MINOR.PATCH]" >&2 && exit 64 ;;
esac
while read -r file pattern; do
  sed -i.bak "s|$(printf "$pattern" "$current" | sed 's/\./\\./g')|$(printf "$pattern" "$1")|" "$file"
  rm "$file.bak"
done <scripts/version-places.txt
python3 protocol/generate.py
