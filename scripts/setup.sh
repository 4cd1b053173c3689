#!/usr/bin/env bash
# Installs what Akin is built and run with, where it is missing, and says what it does; nothing, and quickly, where all
# is there. Usage: scripts/setup.sh [--interop | --test]
#
#   to build    Swift 6.2 or newer (never installed here, only looked for), git, jansson, Nettle, uchardet,
#               RE2, Gumbo, expat, minizip, cmark, SQLite and hnswlib with their headers
#   to run      libpq, where collections are on a PostgreSQL server; curl and python3 with pip: the programs that `akin pull` downloads with; the tests use python3 too;
#               pdftotext of poppler, which PDFs are read with
#   --interop   also python3's venv and headers, a C++ compiler and make: llama-cpp-python is compiled
#   --test      also what the tests drive: the editors, shells and run times of clients/, and on Linux an arm64 compiler
#               and emulator for the kernels
set -eu

case "${1-}" in
  '' | --interop | --test) ;;
  *)
    echo "usage: scripts/setup.sh [--interop | --test]" >&2
    exit 64
    ;;
esac

fail() {
  echo "setup: $*" >&2
  exit 1
}

has() { command -v "$1" >/dev/null 2>&1; }

check_swift() {
  has swift || fail "no 'swift' on the PATH. Akin needs Swift 6.2 or newer: https://www.swift.org/install
       On macOS install Xcode 26 or newer, or its command line tools; on Linux use swiftly or a toolchain archive."
  local printed version
  printed=$(swift --version 2>&1) || fail "'swift --version' fails: $printed"
  version=$(echo "$printed" | sed -n 's/.*Swift version \([0-9][0-9]*\.[0-9][0-9]*\).*/\1/p' | head -n 1)
  case "$version" in
    '') fail "cannot find a version in what 'swift --version' prints: $printed" ;;
    [0-5].* | 6.[01]) fail "Swift $version is too old: Akin needs 6.2 or newer (https://www.swift.org/install)" ;;
  esac
}

# Whether the compiler finds the header $1: in the system's folders, or where Homebrew keeps its own.
has_header() {
  local folder
  for folder in /usr/include /usr/local/include /opt/homebrew/include /home/linuxbrew/.linuxbrew/include; do
    if [ -f "$folder/$1" ]; then return 0; fi
  done
  return 1
}

# macOS has SQLite in its own kit.
has_sqlite() { [ "$(uname -s)" = Darwin ] || has_header sqlite3.h; }

# Loaded when a store on a server is used; nothing is compiled with it.
has_libpq() {
  local folder
  for folder in /usr/lib /usr/lib64 /usr/lib/*-linux-gnu /usr/local/lib /opt/homebrew/opt/libpq/lib /usr/local/opt/libpq/lib; do
    if [ -e "$folder/libpq.so.5" ] || [ -e "$folder/libpq.5.dylib" ]; then return 0; fi
  done
  return 1
}

# Without it graphs of large collections would be left out in silence. Where it is no package of the system, its headers are
# taken from its repository.
has_hnswlib() { has_header hnswlib/hnswlib.h; }
HNSWLIB=0.8.0

# Whether python3 has the module $1.
has_module() {
  python3 -c 'import importlib.util, sys; sys.exit(importlib.util.find_spec(sys.argv[1]) is None)' "$1" 2>/dev/null
}

# The needs that are not met, one word each.
missing() {
  has git || echo git
  has_header jansson.h || echo jansson
  has_header nettle/sha2.h || echo nettle
  has_header uchardet/uchardet.h || echo uchardet
  has_header re2/re2.h || echo re2
  has_header gumbo.h || echo gumbo
  has_header expat.h || echo expat
  has_header minizip/unzip.h || echo minizip
  has_header cmark.h || echo cmark
  has pdftotext || echo poppler
  has_sqlite || echo sqlite
  has_libpq || echo libpq
  has_hnswlib || echo hnswlib
  has curl || echo curl
  has python3 || echo python3
  has_module pip || echo pip
  if [ "${1-}" = --interop ]; then
    has_module ensurepip || echo venv
    has c++ || echo c++
    has make || echo make
  fi
  if [ "${1-}" = --test ]; then
    has_module ensurepip || echo venv
    has nvim || echo neovim
    vim --version 2>/dev/null | grep -q '+channel' || echo vim
    has emacs || echo emacs
    if has apt-get && ! ls -d /usr/share/emacs/site-lisp/elpa-src/package-lint-* >/dev/null 2>&1; then echo package-lint; fi
    # Editors' own language clients, where they are packages of the system.
    if has apt-get; then
      ls -d /usr/share/emacs/site-lisp/elpa-src/eglot-* >/dev/null 2>&1 || echo eglot
      [ -d /usr/share/vim-ale ] || echo ale
      has kak || echo kakoune
    fi
    for program in tmux zsh fish fzf jq node; do
      has "$program" || echo "$program"
    done
    # The pages of akin map; elsewhere their test says that it is left out.
    if has apt-get; then has chromium-headless-shell || has chromium || echo browser; fi
    has go || echo go
    has ruby || echo ruby
    has_module jsonschema || echo jsonschema
    java --version >/dev/null 2>&1 || echo java
    # Elsewhere it is no package of the system, and what it checks is left out.
    if has apt-get; then has tsc || echo typescript; fi
    if [ "$(uname -sm)" = "Linux x86_64" ]; then
      has aarch64-linux-gnu-gcc || echo arm64-compiler
      has qemu-aarch64 || echo arm64-emulator
    fi
  fi
}

# What the package manager $1 calls the need $2; nothing where another package brings it.
package() {
  case "$1:$2" in
    apt-get:curl) echo curl ca-certificates ;;
    *:git | *:curl | *:make) echo "$2" ;;
    apt-get:jansson) echo libjansson-dev ;;
    # By what a package brings, where the manager takes that: its name differs between versions of the system.
    dnf:jansson | dnf:nettle | dnf:uchardet | dnf:re2 | dnf:gumbo | dnf:expat) echo "pkgconfig($2)" ;;
    zypper:jansson | zypper:nettle | zypper:uchardet | zypper:re2 | zypper:gumbo | zypper:expat) echo "pkgconfig($2)" ;;
    dnf:minizip | zypper:minizip) echo 'pkgconfig(minizip) pkgconfig(zlib)' ;;
    dnf:cmark | zypper:cmark) echo 'pkgconfig(libcmark)' ;;
    dnf:sqlite | zypper:sqlite) echo 'pkgconfig(sqlite3)' ;;
    apk:jansson) echo jansson-dev ;;
    brew:jansson | pacman:jansson) echo jansson ;;
    apt-get:nettle | apk:nettle) echo nettle-dev ;;
    brew:nettle | pacman:nettle) echo nettle ;;
    apt-get:uchardet) echo libuchardet-dev ;;
    apk:uchardet) echo uchardet-dev ;;
    brew:uchardet | pacman:uchardet) echo uchardet ;;
    apt-get:re2) echo libre2-dev ;;
    apk:re2) echo re2-dev ;;
    brew:re2 | pacman:re2) echo re2 ;;
    apt-get:gumbo) echo libgumbo-dev ;;
    apk:gumbo) echo gumbo-parser-dev ;;
    brew:gumbo | pacman:gumbo) echo gumbo-parser ;;
    apt-get:expat) echo libexpat1-dev ;;
    apk:expat) echo expat-dev ;;
    brew:expat | pacman:expat) echo expat ;;
    apt-get:minizip) echo libminizip-dev zlib1g-dev ;;
    apk:minizip) echo minizip-dev zlib-dev ;;
    brew:minizip | pacman:minizip) echo minizip ;;
    apt-get:cmark) echo libcmark-dev ;;
    apk:cmark) echo cmark-dev ;;
    brew:cmark | pacman:cmark) echo cmark ;;
    apt-get:poppler | dnf:poppler | apk:poppler) echo poppler-utils ;;
    zypper:poppler) echo poppler-tools ;;
    brew:poppler | pacman:poppler) echo poppler ;;
    apt-get:sqlite) echo libsqlite3-dev ;;
    apt-get:libpq) echo libpq5 ;;
    zypper:libpq) echo libpq5 ;;
    pacman:libpq) echo postgresql-libs ;;
    *:libpq) echo libpq ;;
    apt-get:hnswlib) echo libhnswlib-dev ;;
    apk:sqlite) echo sqlite-dev ;;
    brew:sqlite | pacman:sqlite) echo sqlite ;;
    brew:python3 | brew:pip | brew:venv | pacman:python3) echo python ;;
    pacman:pip) echo python-pip ;;
    apk:pip) echo py3-pip ;;
    apk:venv) echo python3-dev ;;
    pacman:venv) ;;
    *:python3) echo python3 ;;
    *:pip) echo python3-pip ;;
    apt-get:venv) echo python3-venv python3-dev ;;
    dnf:venv | zypper:venv) echo python3-devel ;;
    apt-get:c++ | apk:c++) echo g++ ;;
    dnf:c++ | zypper:c++) echo gcc-c++ ;;
    pacman:c++) echo gcc ;;
    brew:neovim | brew:vim | brew:emacs) echo "$2" ;;
    *:neovim) echo neovim ;;
    apt-get:vim) echo vim-nox ;;
    dnf:vim) echo vim-enhanced ;;
    apk:vim | pacman:vim | zypper:vim) echo vim ;;
    apk:emacs | pacman:emacs) echo emacs ;;
    *:emacs) echo emacs-nox ;;
    apt-get:package-lint) echo elpa-package-lint ;;
    apt-get:eglot) echo elpa-eglot ;;
    apt-get:ale) echo vim-ale ;;
    apt-get:kakoune) echo kakoune ;;
    brew:node) echo node ;;
    *:node) echo nodejs ;;
    *:tmux | *:zsh | *:fish | *:fzf | *:jq) echo "$2" ;;
    apt-get:go) echo golang-go ;;
    dnf:go) echo golang ;;
    *:go) echo go ;;
    *:ruby) echo ruby ;;
    brew:jsonschema) echo jsonschema-cli ;;
    pacman:jsonschema) echo python-jsonschema ;;
    apk:jsonschema) echo py3-jsonschema ;;
    *:jsonschema) echo python3-jsonschema ;;
    apt-get:java) echo default-jdk-headless ;;
    dnf:java) echo java-latest-openjdk-devel ;;
    apk:java) echo openjdk17-jdk ;;
    pacman:java) echo jdk-openjdk ;;
    zypper:java) echo java-17-openjdk-devel ;;
    brew:java) echo openjdk ;;
    apt-get:typescript) echo node-typescript ;;
    apt-get:browser) echo chromium-headless-shell ;;
    apt-get:arm64-compiler) echo gcc-aarch64-linux-gnu libc6-dev-arm64-cross ;;
    dnf:arm64-compiler) echo gcc-aarch64-linux-gnu ;;
    *:arm64-emulator) echo qemu-user ;;
    brew:c++) fail "no C++ compiler: run 'xcode-select --install'" ;;
  esac
}

# Runs a command as root, having said so.
as_root() {
  if [ "$(id -u)" -eq 0 ]; then
    echo "setup: $*"
    "$@"
  elif has sudo; then
    echo "setup: sudo $*"
    sudo "$@"
  else
    fail "not root and no sudo here. Run this as root, then try again: $*"
  fi
}

install() {
  local manager='' candidate need packages=''
  for candidate in apt-get dnf zypper pacman apk brew; do
    if has "$candidate"; then
      manager=$candidate
      break
    fi
  done
  [ -n "$manager" ] || fail "missing: $*. None of apt-get, dnf, zypper, pacman, apk and brew is here: install these by hand."
  for need in "$@"; do
    packages="$packages $(package "$manager" "$need")"
  done
  packages=$(echo "$packages" | tr -s ' ')
  if [ "$packages" = ' ' ]; then return; fi
  echo "setup: missing: $*"
  # shellcheck disable=SC2086 # the names are words to be split
  case "$manager" in
    apt-get)
      as_root sh -c "apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends$packages"
      ;;
    dnf) as_root dnf install -y -q $packages ;;
    zypper) as_root zypper --non-interactive --quiet install $packages ;;
    pacman) as_root pacman -S --noconfirm --needed --quiet $packages ;;
    apk) as_root apk add --quiet $packages ;;
    brew)
      echo "setup: brew install$packages"
      brew install --quiet $packages
      ;;
  esac
}

# The headers of hnswlib, from its repository into /usr/local/include.
install_hnswlib() {
  local folder
  folder=$(mktemp -d)
  echo "setup: hnswlib's headers from its repository, as this system has no package of them"
  git clone --quiet --depth 1 --branch "v$HNSWLIB" https://github.com/nmslib/hnswlib "$folder/hnswlib" ||
    fail "hnswlib $HNSWLIB cannot be had: put its folder of headers into /usr/local/include by hand"
  as_root mkdir -p /usr/local/include/hnswlib
  as_root cp "$folder"/hnswlib/hnswlib/*.h /usr/local/include/hnswlib/
  rm -rf "$folder"
}

check_swift
needs=$(missing "${1-}")
if [ -n "$needs" ]; then
  # shellcheck disable=SC2086 # one argument a need
  install $needs
  has_hnswlib || install_hnswlib
  needs=$(missing "${1-}")
  # shellcheck disable=SC2086
  [ -z "$needs" ] || fail "still missing after the installation:" $needs
  echo "setup: done"
fi
