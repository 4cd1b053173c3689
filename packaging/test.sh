#!/usr/bin/env bash
# Installs what packaging/dist.sh made, each in a clean place, and runs its main job there; checks the program's gates.
# `make dist-test` calls it, after `make dist`. What cannot be tried on this machine is named as skipped.
# Usage: packaging/test.sh
set -u
cd "$(dirname "$0")/.."
root=$PWD
version=$(scripts/version.sh)
program=$root/.build-dist/akin
dist=$root/dist
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=0

ok() { passed=$((passed + 1)) && echo "ok       $*"; }
bad() { failed=$((failed + 1)) && echo "FAILED   $*" >&2; }
skip() { skipped=$((skipped + 1)) && echo "skipped  $*"; }
has() { command -v "$1" >/dev/null 2>&1; }
check() { # name, command...
  local name=$1
  shift
  if "$@" >"$work/output" 2>&1; then ok "$name"; else
    bad "$name: $*"
    tail -n 5 "$work/output" >&2
  fi
}
says() { # name, pattern, command...
  local name=$1 pattern=$2
  shift 2
  "$@" >"$work/output" 2>&1
  # shellcheck disable=SC2254 # it is a pattern
  case "$(cat "$work/output")" in
    $pattern) ok "$name" ;;
    *)
      bad "$name: expected $pattern, got:"
      head -n 5 "$work/output" >&2
      ;;
  esac
}
linux() { [ "$(uname -s)" = Linux ]; }

# Of the program, and not of the model, which may be beside it.
deb=$(find "$dist" -name "akin_${version}_*.deb" 2>/dev/null)
model_deb=$(find "$dist" -name "akin-model-minilm_${version}_*.deb" 2>/dev/null)

[ -x "$program" ] && [ -f "$dist/SHA256SUMS" ] || { echo "nothing to test: run 'make dist' first" >&2 && exit 66; }

# --- The program

no_line() { ! grep -a "$1" "$2"; }
start_milliseconds() { # the least of twenty starts
  python3 - "$program" <<'PYTHON'
import subprocess, sys, time
best = min(
    (lambda start: (subprocess.run([sys.argv[1], "--version"], stdout=subprocess.DEVNULL, check=True), time.perf_counter() - start)[1])(time.perf_counter())
    for _ in range(20)
)
print(f"{best * 1000:.1f}")
raise SystemExit(best > 0.020)
PYTHON
}
check "the program is smaller than 40 MB: $(wc -c <"$program") bytes" test "$(wc -c <"$program")" -lt 40000000
check "it starts within 20 ms" start_milliseconds
check "no path of this build is in it" no_line "$root" "$program"
says "its version, commit and kernels" "akin $version
build *
kernels *" "$program" --version
if linux; then
  readelf --dynamic "$program" >"$work/dynamic"
  check "it needs no library" no_line 'NEEDED\|RUNPATH\|RPATH' "$work/dynamic"
  says "it is a static-pie program" '*pie executable*static-pie linked*stripped*' file "$program"
fi

export AKIN_CACHE=${AKIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/akin}
says "doctor" '*' "$program" doctor
check "doctor finds nothing wrong" "$program" doctor
no_data_asked_for() { "$@" 2>"$work/errors" && ! grep "ICU's data" "$work/errors"; }
check "transcripts, and nothing asks for ICU's data" no_data_asked_for python3 protocol/run.py --command "$program serve"
mkdir "$work/notes" && echo 'Leaves turn light into sugar.' >"$work/notes/leaves.txt"
searched() { AKIN_DATA=$work/data no_data_asked_for "$1" index "$work/notes" >/dev/null && AKIN_DATA=$work/data no_data_asked_for "$1" collections; }
check "a folder is indexed, and nothing asks for ICU's data" searched "$program"

# A root with nothing in it but the program, the model and /proc.
in_root() { # root, command...
  local folder=$1
  shift
  mkdir -p "$folder/proc" "$folder/tmp"
  unshare --user --map-root-user --mount --fork --pid sh -c '
    folder=$1; shift
    mount -t proc proc "$folder/proc" 2>/dev/null || mount --rbind /proc "$folder/proc"
    exec chroot "$folder" "$@"' sh "$folder" "$@"
}
bare_root() { # where
  mkdir -p "$1/cache" "$1/bin"
  cp "$program" "$1/bin/akin.new" && mv "$1/bin/akin.new" "$1/bin/akin"
  cp -RL "$AKIN_CACHE/." "$1/cache/"
}
if linux && unshare --user --map-root-user --mount true 2>/dev/null; then
  bare_root "$work/empty"
  says "in an empty root: version" "akin $version*" in_root "$work/empty" /bin/akin --version
  says "in an empty root: doctor" '*kernels*' in_root "$work/empty" /bin/akin doctor
  embed='{"jsonrpc":"2.0","id":1,"method":"embed","params":{"input":"hello"}}'
  serves() { echo "$embed" | AKIN_CACHE=/cache HOME=/tmp in_root "$1" /bin/akin serve; }
  says "in an empty root: embed" '*"result"*' serves "$work/empty"
  says "without /proc it says so" '*/proc*' unshare --user --map-root-user --mount chroot "$work/empty" /bin/akin --version
else
  skip "an empty root: no user namespaces here"
fi
# Other systems, where their roots can be made: musl and BusyBox, of which Alpine is made, from Debian's packages of them.
musl_root() { # where
  mkdir -p "$1" "$work/musl" && (cd "$work/musl" && apt-get download -qq musl busybox-static) &&
    for package in "$work"/musl/*.deb; do dpkg-deb --extract "$package" "$1" || return 1; done
}
if linux && has apt-get && has dpkg-deb && unshare --user --map-root-user --mount true 2>/dev/null && musl_root "$work/alpine" >/dev/null 2>&1; then
  bare_root "$work/alpine"
  says "in a root of musl and BusyBox: its own programs run there" '*BusyBox*' in_root "$work/alpine" /bin/busybox
  says "in a root of musl and BusyBox: version" "akin $version*" in_root "$work/alpine" /bin/busybox sh -c 'akin --version'
  says "in a root of musl and BusyBox: embed" '*"result"*' serves "$work/alpine"
else
  skip "a root of musl and BusyBox: their packages cannot be had here"
fi
# A Debian older than the one that this is built on.
old=${AKIN_OLD_ROOT:-$work/old}
if [ "$(id -u)" -eq 0 ] && linux && { [ -d "$old" ] || { has debootstrap && debootstrap --variant=minbase bullseye "$old" >/dev/null 2>&1; }; }; then
  name=$(sed -n 's/PRETTY_NAME=//p' "$old/etc/os-release")
  bare_root "$old"
  says "in $name: version" "akin $version*" in_root "$old" /bin/akin --version
  says "in $name: embed" '*"result"*' serves "$old"
  if [ -n "$deb" ]; then
    cp "$deb" "$old/tmp/akin.deb"
    check "in $name: dpkg installs the package" in_root "$old" /bin/sh -c 'dpkg --install /tmp/akin.deb && akin --version && akin --version | grep -q kernels'
    check "in $name: dpkg removes it" in_root "$old" /bin/sh -c 'dpkg --remove akin && ! [ -e /usr/bin/akin ] && ! [ -e /usr/share/akin ]'
    check "in $name: dpkg installs it again, purges it, and nothing is left" in_root "$old" /bin/sh -c '
      dpkg --install /tmp/akin.deb >/dev/null && dpkg --purge akin && [ -z "$(find / -xdev -path /proc -prune -o -name "*akin*" ! -path "/tmp/*" ! -path /bin/akin ! -path "/cache/*" -print | grep -v /var/lib/dpkg)" ] && ! dpkg --status akin'
  fi
  if [ -n "$deb" ] && [ -n "$model_deb" ]; then
    cp "$model_deb" "$old/tmp/model.deb"
    # Without a cache, as the person who has just installed both.
    check "in $name: with the model's package it is ready" in_root "$old" /bin/sh -c '
      dpkg --install /tmp/akin.deb /tmp/model.deb && mkdir -p /tmp/home && cd /tmp &&
        HOME=/tmp/home AKIN_CACHE=/tmp/home/cache /usr/bin/akin embed hello && dpkg --purge akin-model-minilm akin && ! [ -e /usr/share/akin ]'
  fi
else
  skip "an older Debian: debootstrap cannot make its root here"
fi

# --- What is made of it

check "SHA256SUMS" sh -c 'cd dist && sha256sum --check --quiet SHA256SUMS'

archive=$(ls "$dist"/akin-"$version"-*.tar.gz)
mkdir "$work/tar"
tar -xf "$archive" -C "$work/tar" --strip-components=1
says "archive: version" "akin $version*" "$work/tar/bin/akin" --version
if linux && unshare --user --map-root-user --mount true 2>/dev/null; then
  mkdir "$work/tar-root" && cp -R "$work/tar/." "$work/tar-root" && mkdir "$work/tar-root/cache" && cp -RL "$AKIN_CACHE/." "$work/tar-root/cache/"
  says "archive: embeds in a root of its own" '*"result"*' serves "$work/tar-root"
  mkdir -p "$work/tar-root/tmp/.vim"
  says "archive: 'akin setup' finds its plugins there" '*/.vim/pack/akin/start/akin -> /share/akin/clients/vim' \
    env HOME=/tmp unshare --user --map-root-user --mount --fork --pid --root="$work/tar-root" --mount-proc /bin/akin setup --print --only vim
fi
for file in share/man/man1/akin.1 share/bash-completion/completions/akin share/zsh/site-functions/_akin \
  share/fish/vendor_completions.d/akin.fish share/akin/clients/nvim/plugin/akin.lua share/akin/clients/python/pyproject.toml \
  share/akin/clients/python/examples/notebook.json share/doc/akin/licences/GRDB.swift.txt; do
  check "archive: $file" test -s "$work/tar/$file"
done
check "archive: bash takes the completion" bash -n "$work/tar/share/bash-completion/completions/akin"
if has zsh; then check "archive: zsh takes the completion" zsh -n "$work/tar/share/zsh/site-functions/_akin"; else skip "zsh: it is not here"; fi
if has fish; then
  check "archive: fish takes the completion" fish --no-execute "$work/tar/share/fish/vendor_completions.d/akin.fish"
else
  skip "fish: it is not here"
fi
if has mandoc; then check "archive: the manual page" mandoc -T lint -W error "$work/tar/share/man/man1/akin.1"; else skip "the manual page: no mandoc"; fi

if [ -n "$deb" ] && has dpkg-deb; then
  check "deb: unpacks" dpkg-deb --extract "$deb" "$work/deb"
  says "deb: version" "akin $version*" "$work/deb/usr/bin/akin" --version
  if has lintian; then check "deb: lintian" lintian --fail-on error,warning "$deb"; else skip "deb: no lintian"; fi
fi

wheel=$(ls "$dist"/akin-"$version"-py3-*.whl)
python3 -m venv "$work/venv"
check "wheel: pip installs it without a network" "$work/venv/bin/python" -m pip install --quiet --no-index "$wheel"
says "wheel: the program" "akin $version*" "$work/venv/bin/akin" --version
says "wheel: python -m akin" "akin $version*" "$work/venv/bin/python" -m akin --version
# The environment is not activated, and no other program is on the path.
cat >"$work/wheel.py" <<'PYTHON'
from akin import Akin
with Akin() as akin:
    print(len(akin.embed("a cat")))
PYTHON
says "wheel: the client finds the program beside it" 384 env -u AKIN PATH=/usr/bin:/bin "$work/venv/bin/python" "$work/wheel.py"
check "wheel: uninstalled without a rest" "$work/venv/bin/python" -m pip uninstall --quiet --yes akin
check "wheel: nothing is left" sh -c "! ls '$work'/venv/bin/akin '$work'/venv/lib/python3*/site-packages/akin"
if python3 -c 'import twine' 2>/dev/null; then check "wheel: twine" python3 -m twine check --strict "$wheel"; fi

if has npm; then
  mkdir "$work/npm"
  platform=$(ls "$dist"/akin-*-*-"$version".tgz)
  check "npm: installs without a network" npm install --silent --offline --no-audit --no-fund --prefix "$work/npm" "$platform" "$dist/akin-$version.tgz"
  says "npm: the launcher" "akin $version*" "$work/npm/node_modules/.bin/akin" --version
  echo 'import { Akin } from "akin"; const akin = new Akin(); console.log((await akin.embed("a cat")).length); await akin.close();' >"$work/npm/try.mjs"
  says "npm: the client finds the program" 384 env -u AKIN PATH="$(dirname "$(command -v node)"):/usr/bin:/bin" node "$work/npm/try.mjs"
  ended() { "$work/npm/node_modules/.bin/akin" embed --no-such-option; test $? -eq 64; }
  check "npm: the launcher ends as the program does" ended
else
  skip "npm: it is not here"
fi
vsix=$(ls "$dist"/*.vsix 2>/dev/null)
vsix_runs() {
  python3 -m zipfile --extract "$vsix" "$work/vsix" && found=$(find "$work/vsix" -name akin -type f | head -n 1) &&
    chmod +x "$found" && "$found" --version
}
check "vsix: the program in it runs" vsix_runs

# The works that are linked into the program, and their licences, go with it.
if linux; then
  linked=$(packaging/linked.sh | grep -v '\.a$')
  everything_has_its_licence() {
    local where name
    [ -n "$linked" ] || return 1
    for where in "$work/tar/share/doc/akin/licences" "$work/deb/usr/share/doc/akin/licences" "$work/wheel-tree/akin-$version.dist-info/licenses/linked" \
      "$work/npm/node_modules/akin-"*/licences "$work/vsix/extension/licences"; do
      [ -d "$(dirname "$where")" ] || [ -d "$where" ] || continue
      for name in $linked GRDB.swift swift-nio swift Unicode-3.0; do
        [ -s "$where/$name.txt" ] || { echo "$where/$name.txt is missing" && return 1; }
      done
    done
  }
  python3 -m zipfile --extract "$wheel" "$work/wheel-tree"
  check "licences of all that is linked are in every package" everything_has_its_licence
fi

# The model, as packages bring it: found beside the program, without a cache.
if [ -n "$(ls "$dist"/akin_model_minilm-*.whl 2>/dev/null)" ]; then
  mkdir "$work/nothing"
  offline() { env -u AKIN AKIN_CACHE="$work/nothing" HF_HOME="$work/nothing" "$@"; }
  check "model wheel: pip installs program and model without a network" "$work/venv/bin/python" -m pip install --quiet --no-index \
    --find-links "$dist" 'akin[model]'
  says "model wheel: ready offline" 384 offline "$work/venv/bin/python" "$work/wheel.py"
  if [ -n "$model_deb" ] && has dpkg-deb; then
    dpkg-deb --extract "$model_deb" "$work/deb"
    says "model deb: ready offline" '*installed*' offline "$work/deb/usr/bin/akin" models
    if has lintian; then check "model deb: lintian" lintian --fail-on error,warning "$model_deb"; fi
  fi
else
  skip "the model's packages: 'make dist-model' makes them"
fi
export_and_pull() {
  "$program" models export --output "$work/model.tar" && AKIN_CACHE=$work/pulled "$program" pull --quiet --from "$work/model.tar" &&
    AKIN_CACHE=$work/pulled HF_HOME=$work/pulled "$program" embed hello
}
check "a model goes to another machine as a file" export_and_pull

check "list of materials: every part has a version and a licence" python3 - "$dist"/*.cdx.json <<'PYTHON'
import json, sys
document = json.load(open(sys.argv[1]))
assert document["bomFormat"] == "CycloneDX" and document["components"]
assert all(c["version"] and c["licenses"] for c in document["components"])
PYTHON
all_is_listed() {
  local name
  [ -n "$linked" ] || return 1
  for name in $linked swift swift-foundation-icu GRDB.swift swift-nio swift-argument-parser swift-subprocess; do
    grep -q "\"name\": \"$name\"" "$dist"/*.cdx.json || { echo "$name is not listed" && return 1; }
  done
}
if linux; then check "list of materials: all that the linker took" all_is_listed; fi
if has ruby; then check "formula: ruby takes it" ruby -c "$dist/akin.rb"; else skip "formula: no ruby (nor brew audit)"; fi
if has nix; then check "flake: nix takes it" nix-instantiate --parse "$dist/flake.nix"; else skip "flake: no nix"; fi
if has hadolint; then check "container: hadolint" hadolint packaging/container/Containerfile; else skip "container: no hadolint"; fi
if has podman; then
  check "container: builds" podman build -q -t akin-test -f packaging/container/Containerfile "$work/tar"
  if podman run --rm akin-test --version >"$work/output" 2>&1; then
    ok "container: runs"
  elif grep -q 'OCI' "$work/output" && [ "$(id -u)" -eq 0 ]; then
    # Where this machine lets no container begin, its root is entered without one.
    container=$(podman create akin-test)
    says "container: its program runs in the image's root ($(head -c 60 "$work/output"))" "akin $version*" \
      in_root "$(podman mount "$container")" /bin/akin --version
    podman rm --force "$container" >/dev/null
  else
    bad "container: $(cat "$work/output")"
  fi
else skip "container: no podman"; fi

echo "dist: $passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
