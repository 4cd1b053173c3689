#!/usr/bin/env bash
# Collects the licences of all that is linked into the program. Usage: packaging/licences.sh FOLDER
set -eu
mkdir -p "$1"
folder=$(realpath "$1")
cd "$(dirname "$0")/.."

fail() {
  echo "licences: $*" >&2
  exit 1
}
cp LICENSE "$folder/akin.txt"

# Swift's packages, as they were fetched.
for package in .build-dist/checkouts/*; do
  found=$(find "$package" -maxdepth 1 -iname 'LICENSE*' | head -n 1)
  [ -n "$found" ] || fail "$package has no licence"
  cp "$found" "$folder/$(basename "$package").txt"
  # What the Apache licence wants to be handed on with it: of swift-nio, the works that are in it (llhttp).
  found=$(find "$package" -maxdepth 1 -iname 'NOTICE*' | head -n 1)
  if [ -n "$found" ]; then cp "$found" "$folder/$(basename "$package")-NOTICE.txt"; fi
done
[ "$(uname -s)" = Linux ] || exit 0
# Of the parts of Swift's library: libdispatch and Foundation have Swift's licence, Foundation's ICU has Unicode's besides.
toolchain=$(swiftc -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)/lib/swift.*|\1|p')
cp "$toolchain/share/swift/LICENSE.txt" "$folder/swift.txt" 2>/dev/null || fail "no licence of Swift in $toolchain"
cp packaging/licences/Unicode-3.0.txt "$folder/"
linked=$(packaging/linked.sh)
for package in $linked; do
  case "$package" in *.a) continue ;; esac
  found=/usr/share/doc/$package/copyright
  [ -f "$found" ] || fail "no $found (a system without its documents?)"
  cp -L "$found" "$folder/$package.txt"
done
for licence in LGPL-2.1 LGPL-3 GPL-3; do
  cp -L "/usr/share/common-licenses/$licence" "$folder/" || fail "no $licence in /usr/share/common-licenses"
done
cat >"$folder/README.txt" <<'TEXT'
The program is linked with the works whose licences are in this folder. glibc and Nettle are under the GNU Lesser General
Public License: the program can be linked with others of their versions from its source, by packaging/build.sh.
TEXT
