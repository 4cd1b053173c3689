#!/usr/bin/env bash
# Builds the program that is distributed, for the machine it runs on: on Linux a stripped static-pie program that needs no
# library of the system, on macOS one that needs the system's own alone. Prints its path, in the folder .build-dist.
# Usage: packaging/build.sh [--with-icu-data] [--any]
#   --with-icu-data   with ICU's data, which nothing asks for (packaging/icu-stub.sh)
#   --any             where this system has no static libraries, a program that is linked with its shared ones
#
# What is in the program is the same wherever it is built: paths are given from the repository, and times are the commit's.
set -eu
cd "$(dirname "$0")/.."

fail() {
  echo "build: $*" >&2
  exit 1
}
has_icu_data='' takes_shared=''
for option in "$@"; do
  case "$option" in
    --with-icu-data) has_icu_data=1 ;;
    --any) takes_shared=1 ;;
    *) fail "unknown option $option" ;;
  esac
done

root=$PWD
scratch=$root/.build-dist
objects=$scratch/objects
mkdir -p "$objects"
commit=$(git rev-parse --short=12 HEAD 2>/dev/null) || commit=unknown
if [ -n "$(git status --porcelain 2>/dev/null)" ]; then commit=$commit-changed; fi
swift=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9.]*\).*/\1/p' | head -n 1)
# The folder of the toolchain's programs, wherever `swift` itself leads: it may be a launcher that chooses among several.
tools=$(swiftc -print-target-info | sed -n 's|.*"runtimeResourcePath": "\(.*\)/lib/swift.*|\1/bin|p')
compiler=$(xcrun -f clang 2>/dev/null || echo "$tools/clang")
[ -x "$compiler" ] || compiler=clang

# Without them the program would be built without graphs.
echo '#include <hnswlib/hnswlib.h>' | "$compiler" -x c++ -fsyntax-only - 2>/dev/null || {
  [ -f /opt/homebrew/include/hnswlib/hnswlib.h ] || fail "hnswlib's headers are missing: run scripts/setup.sh"
}

# Compiled apart, so that a new commit compiles nothing else.
linked() { # name, C on standard input
  "$compiler" -O2 -fPIC -x c -c -o "$objects/$1.o" -
}
flags=(-c release --product akin --scratch-path "$scratch"
  -Xswiftc -file-prefix-map -Xswiftc "$root=." -Xcc "-ffile-prefix-map=$root=." -Xcxx "-ffile-prefix-map=$root=.")

case "$(uname -s)" in
  Linux)
    missing=''
    for library in c stdc++ jansson sqlite3 nettle uchardet re2 gumbo expat minizip z cmark; do
      [ -f "$(cc -print-file-name="lib$library.a")" ] || missing="$missing lib$library.a"
    done
    if [ -n "$missing" ] && [ -z "$takes_shared" ]; then fail "this system has no$missing, which a program without shared libraries is linked with"; fi
    kind=${missing:+shared libraries}
    kind=${kind:-static-pie}
    archives=${tools%/bin}/lib/swift_static/linux
    # Without --disable-local-rpath the linker leaves a table that a static program crashes on at its start.
    # Stripped before its id is made: information for debuggers has places of the compiler's cache in it.
    flags+=(--static-swift-stdlib --disable-local-rpath -Xlinker --strip-all -Xlinker --build-id=sha1)
    if [ -n "$missing" ]; then
      flags+=(-Xswiftc -use-ld=lld)
      echo "build: linked with the system's shared libraries, without$missing" >&2
    else
      # Nothing is loaded into the program that could look for its symbols: 1.4 MB of their names are left out.
      # glibc's converters of encodings are loaded from the system, of whatever version that is: a static program has none.
      # Each function is a section of its own, so that the linker leaves out those that nothing calls.
      export AKIN_LINK_OBJECTS=$objects AKIN_LINK_TOOLS=$tools
      flags+=(-Xswiftc -Xfrontend -Xswiftc -function-sections)
      flags+=(-Xswiftc -Xclang-linker -Xswiftc "--ld-path=$root/packaging/link.sh")
      flags+=(-Xswiftc -Xclang-linker -Xswiftc -static-pie -Xlinker --pack-dyn-relocs=relr -Xlinker --no-export-dynamic -Xcc -DAKIN_STATIC)
    fi
    if [ -z "$has_icu_data" ]; then
      words=$(packaging/icu-stub.sh "$archives/lib_FoundationICU.a" "$objects/icu.c")
      linked icu <"$objects/icu.c"
      flags+=(-Xlinker "$objects/icu.o")
      for word in $words; do flags+=(-Xlinker "$word"); done
    fi
    ;;
  Darwin) kind=stripped ;;
  *) fail "no distribution is built on $(uname -s): on Windows use WSL" ;;
esac
printf 'const char *akin_build_stamp(void) { return "%s"; }\n' "$commit, $kind, Swift $swift" | linked stamp
flags+=(-Xlinker "$objects/stamp.o")

export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || echo 0)}
# The linker does not look whether these objects have changed.
rm -f "$scratch/release/akin"
swift build "${flags[@]}" >&2
strip -o "$scratch/akin" "$scratch/release/akin"
echo "$scratch/akin"
