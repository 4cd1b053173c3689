#!/usr/bin/env bash
# Makes the packages of the default model from Akin's cache: a wheel and a Debian package, which the program finds beside it
# (../share/akin/models), so that it is ready without a network. `make dist-model` calls it.
# Usage: packaging/model.sh OUTPUT_FOLDER
set -eu
# For all users, whatever the umask of who makes it.
umask 022
mkdir -p "$1"
output=$(realpath "$1")
cd "$(dirname "$0")/.."
version=$(scripts/version.sh)
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
name=sentence-transformers/all-MiniLM-L6-v2
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Through the archive: each file is checked, and none is there that makes no model.
"${AKIN:-.build/release/akin}" models export --output "$work/model.tar"
tar -xf "$work/model.tar" -C "$work"
packaging/wheel.py model "$work/$name" "$output" >/dev/null

if [ "$(uname -s)" = Linux ] && command -v dpkg-deb >/dev/null 2>&1; then
  root=$work/root
  place=$root/usr/share/akin/models/$name
  doc=$root/usr/share/doc/akin-model-minilm
  mkdir -p "$place" "$doc" "$root/DEBIAN"
  cp -R "$work/$name/." "$place"
  rm "$place/akin-manifest.json"
  maintainer=$(git log -1 --format='%an <%ae>')
  # Floating-point numbers hardly get smaller.
  cat >"$doc/copyright" <<'TEXT'
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: all-MiniLM-L6-v2
Source: https://huggingface.co/sentence-transformers/all-MiniLM-L6-v2

Files: *
Copyright: 2019-2021 Nils Reimers and the contributors of sentence-transformers
License: Apache-2.0
 On Debian systems the text of this licence is in /usr/share/common-licenses/Apache-2.0.
TEXT
  {
    printf 'akin-model-minilm (%s) unstable; urgency=medium\n\n  * The model for akin %s.\n\n' "$version" "$version"
    printf ' -- %s  %s\n' "$maintainer" "$(LC_ALL=C date -u -R --date="@$SOURCE_DATE_EPOCH")"
  } | gzip -9n >"$doc/changelog.gz"
  cat >"$root/DEBIAN/control" <<TEXT
Package: akin-model-minilm
Version: $version
Architecture: all
Maintainer: $maintainer
Section: text
Priority: optional
Installed-Size: $(du -sk "$root/usr" | cut -f1)
Enhances: akin
Description: default model of akin
 The weights and the vocabulary of all-MiniLM-L6-v2, a sentence-embedding
 transformer, where akin finds them without a network.
TEXT
  (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum >DEBIAN/md5sums)
  find "$root" -type d -exec chmod 755 '{}' +
  find "$root" -type f -exec chmod 644 '{}' +
  find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" '{}' +
  dpkg-deb --root-owner-group -Zgzip -z1 --build "$root" "$output/akin-model-minilm_${version}_all.deb" >/dev/null
fi
# Of what `make dist` has laid there too.
packaging/archive.py sums "$output"
