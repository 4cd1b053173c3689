#!/usr/bin/env bash
# Writes C that stands in for the data of the ICU in Swift's static Foundation: 34 MB of the languages and calendars of the
# world, of which Akin uses nothing (GRDB links Foundation; ARCHITECTURE.md says why it stays).
#
# It is made from the toolchain's own archive: an empty data package under the name and with the header that
# are found there, so that a newer ICU needs no change here. Where the archive is not built as it is known to be, this
# fails and so does the build. At run time ICU finds no data, as on a system without its files, and the first time that
# anything asks for some, a line on standard error says so; the tests of packaging/ take such a line as a failure.
# Usage: packaging/icu-stub.sh ARCHIVE OUTPUT.c, which prints the linker's flags that go with it
set -eu

archive=$1
fail() {
  echo "icu-stub: $archive: $*" >&2
  echo "icu-stub: link ICU's data as it is: packaging/build.sh --with-icu-data" >&2
  exit 1
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

[ -f "$archive" ] || fail "not there"
nm -A "$archive" >"$work/symbols" 2>/dev/null || fail "nm cannot read it"

# The one symbol of the data, in an object that holds nothing else and asks for nothing.
sed -n 's/^.*:\([^:]*\):[0-9a-f]* R \(icudt[0-9]*[a-z]*_dat\)$/\1 \2/p' "$work/symbols" >"$work/data"
[ "$(wc -l <"$work/data")" -eq 1 ] || fail "expected one symbol icudtNN_dat, found: $(cat "$work/data")"
read -r member symbol <"$work/data"
[ "$(grep -c ":$member:" "$work/symbols")" -eq 1 ] || fail "$member holds more than the data"
# It is asked for where data is opened, and nowhere else.
users=$(sed -n "s/^.*:\([^:]*\): *U $symbol\$/\1/p" "$work/symbols")
[ "$users" = udata.cpp.o ] || fail "expected $symbol to be used by udata.cpp.o, found: $users"
for function in swift_udata_open swift_udata_openChoice; do
  grep -q ":udata.cpp.o:[0-9a-f]* T $function\$" "$work/symbols" || fail "no function $function in udata.cpp.o"
done

# A package: size of the header, magic number, format "CmnD", then the table of contents, here of nothing.
ar p "$archive" "$member" >"$work/member.o"
objcopy -O binary --only-section=.rodata "$work/member.o" "$work/package"
header_size=$(od -An -tu2 -N2 "$work/package" | tr -d ' ')
[ "$(od -An -tx1 -j2 -N2 "$work/package" | tr -d ' ')" = da27 ] || fail "no package of data in $member"
[ "$(tail -c +13 "$work/package" | head -c 4)" = CmnD ] || fail "another format of package in $member"
[ "$header_size" -ge 32 ] && [ "$header_size" -le 4096 ] || fail "a header of $header_size bytes in $member"
bytes=$({ head -c "$header_size" "$work/package" && printf '\0\0\0\0'; } | od -An -v -tu1 | tr -s ' \n' ',,' | sed 's/^,//; s/,$//')

cat >"$2" <<C
#include <string.h>
#include <unistd.h>

_Alignas(16) const unsigned char akin_no_icu_data[] = {$bytes};

/* The error that ICU gives for a file that is not there. */
enum { FILE_ACCESS_ERROR = 4 };

static void *refuse(const char *name, int *error) {
  static _Atomic int was_said;
  if (*error > 0) return 0;
  if (!was_said++) {
    static const char before[] = "akin: asked for ICU's data, which is not in this build: ";
    write(2, before, sizeof before - 1);
    write(2, name, strlen(name));
    write(2, "\n", 1);
  }
  *error = FILE_ACCESS_ERROR;
  return 0;
}

void *__wrap_swift_udata_open(const char *path, const char *type, const char *name, int *error) {
  return refuse(name ? name : "", error);
}

void *__wrap_swift_udata_openChoice(
    const char *path, const char *type, const char *name, void *accept, void *context, int *error) {
  return refuse(name ? name : "", error);
}
C
echo "--defsym=$symbol=akin_no_icu_data --wrap=swift_udata_open --wrap=swift_udata_openChoice"
