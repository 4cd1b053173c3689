#!/usr/bin/env bash
# Makes the Debian package of a tree that packaging/install.sh laid out. Usage: packaging/deb.sh TREE ARCHITECTURE OUTPUT_FOLDER
set -eu
# For all users, whatever the umask of who makes it.
umask 022
tree=$(realpath "$1")
architecture=$2
output=$(realpath "$3")
cd "$(dirname "$0")/.."
version=$(scripts/version.sh)
maintainer=$(git log -1 --format='%an <%ae>' 2>/dev/null || echo "Akin <akin@localhost>")

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$root/usr" "$root/DEBIAN"
cp -R "$tree/bin" "$tree/share" "$root/usr"
doc=$root/usr/share/doc/akin
mkdir -p "$root/usr/share/zsh/vendor-completions"
mv "$root/usr/share/zsh/site-functions/_akin" "$root/usr/share/zsh/vendor-completions/_akin"
rmdir "$root/usr/share/zsh/site-functions"
gzip -9n "$root"/usr/share/man/man1/*.1
sed -i '1{/^#!/d}' "$root/usr/share/bash-completion/completions/akin"
{
  printf 'akin (%s) unstable; urgency=medium\n\n  * What is new is in CHANGELOG.md.\n\n' "$version"
  printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R --date="@$SOURCE_DATE_EPOCH")"
} | gzip -9n >"$doc/changelog.gz"
# Debian has the texts of these licences itself.
rm -f "$doc"/licences/*GPL-*
rm -f "$doc/LICENSE"
{
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: akin'
  echo
  echo 'Files: *'
  echo "Copyright: $(sed -n 's/^Copyright (c) //p' LICENSE)"
  echo 'License: Expat'
  sed -n '/^Permission/,$p' LICENSE | sed 's/^$/./; s/^/ /'
  echo
  echo 'Comment: The program is linked with works under other licences, which are in /usr/share/doc/akin/licences;'
  echo ' those of glibc and Nettle are in /usr/share/common-licenses/LGPL-2.1 and LGPL-3.'
} >"$doc/copyright"
install -d "$root/usr/share/lintian/overrides"
cat >"$root/usr/share/lintian/overrides/akin" <<'TEXT'
# One program without shared libraries, on purpose: it runs on every Debian.
akin: statically-linked-binary
akin: embedded-library
akin: shared-library-lacks-prerequisites
# An example, to be read and copied.
akin: ruby-script-but-no-ruby-dep * [usr/share/akin/clients/examples/akin.rb]
TEXT
cat >"$root/DEBIAN/control" <<TEXT
Package: akin
Version: $version
Architecture: $architecture
Maintainer: $maintainer
Section: text
Priority: optional
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Recommends: curl, git, poppler-utils
Suggests: python3-pip, fzf
Description: finds text that means the same
 A small process holds a sentence-embedding model in memory and answers embed,
 tokenize, similarity and search, over standard input and output as a language
 server does, or for assistants by the Model Context Protocol. It indexes
 folders and searches them by meaning. Everything runs on this machine's CPU.
TEXT
(cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
find "$root" -type d -exec chmod 755 '{}' +
find "$root" -type f ! -perm -u+x -exec chmod 644 '{}' +
# Times and owners are the same each time; dpkg-deb clamps to SOURCE_DATE_EPOCH.
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" '{}' +
dpkg-deb --root-owner-group -Zxz --build "$root" "$output/akin_${version}_$architecture.deb" >/dev/null
