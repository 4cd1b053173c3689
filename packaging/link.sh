#!/usr/bin/env bash
# The linker of packaging/build.sh: lld, over copies of Swift's objects that are fit to be left out of a program.
# - Without the unwind tables of Swift code and of the toolchain's libraries, a tenth of the program. They are for C++
#   exceptions and for debuggers: Swift throws by returning, its libraries are compiled without exceptions, and a stripped
#   program is debugged by its frame pointers. C and C++ objects keep theirs.
# - Without the hashes of the compiler's arguments, which have the folder of the build in them.
# - With no function kept because somebody might load the program and look for it (packaging/unretain.py).
# Which archives it has taken something of is written down for the list of materials and the licences (packaging/linked.sh).
# Called by clang, as a linker is; AKIN_LINK_OBJECTS is a folder for what it makes, AKIN_LINK_TOOLS that of lld and llvm-objcopy;
# AKIN_LINK_MAP, where it is set, a file for where everything stands in the program.
set -eu
here=$(dirname "$(readlink -f "$0")")
tools=$AKIN_LINK_TOOLS
objects=$AKIN_LINK_OBJECTS/linked
mkdir -p "$objects"

copies=()
# fitted FILE COPY: the copy is made, by the time of the link, unless it is newer than the file.
fitted() {
  [ "$2" -nt "$1" ] || {
    "$tools/llvm-objcopy" --remove-section=.eh_frame --remove-section=.rela.eh_frame --remove-section=.swift_modhash "$1" "$2.new"
    copies+=("$2")
  }
}

arguments=(-L "$objects")
expand() { # a file of arguments, as the compiler writes them: one a line, in quotes or with backslashes where they have blanks
  python3 -c 'import shlex, sys; [sys.stdout.write(a + "\0") for a in shlex.split(open(sys.argv[1]).read())]' "$1"
}
add() {
  local copy
  case "$1" in
    @*) while IFS= read -r -d '' inner; do add "$inner"; done < <(expand "${1#@}") ;;
    *.swift.o | */swift_static/*.o)
      copy=$objects/$(cksum <<<"$1" | cut -d' ' -f1)-$(basename "$1")
      fitted "$1" "$copy"
      arguments+=("$copy")
      ;;
    -L*/swift_static/*)
      for archive in "${1#-L}"/*.a; do fitted "$archive" "$objects/$(basename "$archive")"; done
      arguments+=("$1")
      ;;
    *) arguments+=("$1") ;;
  esac
}
for argument in "$@"; do add "$argument"; done
if [ ${#copies[@]} -gt 0 ]; then
  python3 "$here/unretain.py" "${copies[@]/%/.new}"
  for copy in "${copies[@]}"; do mv "$copy.new" "$copy"; done
fi
[ -z "${AKIN_LINK_MAP-}" ] || arguments+=("--Map=$AKIN_LINK_MAP")
exec "$tools/ld.lld" --why-extract="$AKIN_LINK_OBJECTS/extracted.tsv" "${arguments[@]}"
