#!/usr/bin/env bash
# Makes what is distributed, for the machine it runs on, in the folder dist: the archive, the Debian package, the wheel, the
# npm packages, the formula, the list of materials and the sums. `make dist` calls it. Usage: packaging/dist.sh [--with-icu-data]
#
# Where the files will be found is said by AKIN_DOWNLOADS, an address to which a file's name is added; only the Homebrew
# formula and the Nix flake have it in them.
set -eu
# For all users, whatever the umask of who makes it.
umask 022
cd "$(dirname "$0")/.."

SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct)}
export SOURCE_DATE_EPOCH
version=$(scripts/version.sh)
case "$(uname -sm)" in
  'Linux x86_64') triple=x86_64-linux wheel=manylinux_2_17_x86_64.musllinux_1_1_x86_64 npm=linux-x64 deb=amd64 ;;
  'Linux aarch64') triple=aarch64-linux wheel=manylinux_2_17_aarch64.musllinux_1_1_aarch64 npm=linux-arm64 deb=arm64 ;;
  'Darwin arm64') triple=arm64-macos wheel=macosx_26_0_arm64 npm=darwin-arm64 deb= ;;
  *) echo "dist: nothing is distributed for $(uname -sm)" >&2 && exit 69 ;;
esac

program=$(packaging/build.sh "$@")
rm -rf dist
mkdir dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

tree=$work/akin-$version-$triple
packaging/install.sh "$program" "$tree" --clients
packaging/licences.sh "$tree/share/doc/akin/licences"
packaging/archive.py tar "$tree" "dist/akin-$version-$triple.tar.gz"
if [ -n "$deb" ]; then packaging/deb.sh "$tree" "$deb" dist; fi
licences=$tree/share/doc/akin/licences
packaging/wheel.py program "$program" "$wheel" "$licences" dist >/dev/null
packaging/npm.sh "$program" "$npm" "$licences" dist
python3 clients/vscode/package.py "dist/akin-$npm-$version.vsix" --binary "$program" --target "$npm" --licences "$licences" >/dev/null
packaging/sbom.py "$program" >"dist/akin-$version-$triple.cdx.json"
packaging/formula.sh "$version" dist
packaging/archive.py sums dist
ls -l dist
