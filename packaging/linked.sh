#!/usr/bin/env bash
# Names what packaging/build.sh has linked into the static program, from what the linker wrote down: each of Swift's archives by its
# file's name, each of the system's by its Debian package, and the packages whose headers alone are used. One a line, sorted;
# nothing where no static program was built. Usage: packaging/linked.sh
set -eu
cd "$(dirname "$0")/.."
extracted=.build-dist/objects/extracted.tsv
[ -f "$extracted" ] || exit 0

cut -f 2 "$extracted" | sed -n 's/\(.*\.a\)(.*/\1/p' | sort -u | while IFS= read -r archive; do
  case "$archive" in
    */objects/linked/*.a | */swift_static/*) basename "$archive" ;;
    *)
      place=$(realpath "$archive")
      # Where /lib leads to /usr/lib the list of files may have either.
      owner=$(dpkg-query --search "$place" 2>/dev/null || dpkg-query --search "${place#/usr}" 2>/dev/null) ||
        { echo "linked: $archive belongs to no package" >&2 && exit 1; }
      echo "${owner%%:*}"
      ;;
  esac
done >"$extracted.names"
# Templates, compiled into the program.
echo libhnswlib-dev >>"$extracted.names"
sort -u "$extracted.names"
