#!/usr/bin/env bash
# Runs the example clients in Swift, Python, Perl, Java, Rust and Go against the built program: the same question over a file or standard
# input must find the same line. Usage: Tests/Clients/languages.sh PATH_OF_AKIN
set -u
AKIN=$(realpath "$1")
export AKIN
cd "$(dirname "$0")/../.." || exit 1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
# Lines that JSON has to escape, and the notebook's documents from the fifth on.
printf '%s\n' 'a "quoted" \ line' '日本語 \u0041 😀' '' 'plain' >"$work/notes.txt"
python3 -c 'import json; print("\n".join(json.load(open("Tests/Fixtures/notebook.json"))["documents"]))' >>"$work/notes.txt"
question="How do plants survive?"
printf 'Der Zug f\344hrt ab.\nEin Caf\351 in M\374nchen.\nnaïve café\n' >"$work/latin.txt"
{ echo short; head -c 1000001 /dev/zero | tr '\000' a; echo; } >"$work/long.txt"
missing_model() { AKIN="$work/akin" "$@"; }
# shellcheck disable=SC2016 # the script's own parameter
printf '#!/bin/sh\nexec "%s" "$1" --model no-such-model\n' "$AKIN" >"$work/akin"
chmod +x "$work/akin"

check() { # name, what happened, the expected pattern
  # shellcheck disable=SC2254 # it is a pattern
  case "$2" in
    $3) passed=$((passed + 1)) ;;
    *)
      failed=$((failed + 1))
      echo "$1: expected $3, got: $2" >&2
      ;;
  esac
}

# A command that takes the question and a file, or standard input.
try() {
  local name=$1
  shift
  local output
  output=$("$@" "$question" "$work/notes.txt" 2>&1)
  check "$name, a file" "$output" "0.4??  6: Photosynthesis is *"
  check "$name, five lines" "$(echo "$output" | wc -l | tr -d ' ')" 5
  try_input "$name" "$@"
}

try_input() {
  local name=$1
  shift
  check "$name, standard input" "$("$@" "$question" <"$work/notes.txt" 2>&1)" "0.4??  6: Photosynthesis is *"
  check "$name, text that is escaped" "$("$@" "Japanese" <"$work/notes.txt" 2>&1)" "0.*  2: 日本語 \\\\u0041 😀*"
  # Swift's readLine has its own way with it.
  [ "$name" = swift ] || check "$name, Latin-1" "$("$@" "coffee house" <"$work/latin.txt" 2>&1)" "0.*  2: Ein Café*"
  if ! command -v akin >/dev/null 2>&1; then
    check "$name, no program" "$(unset AKIN && "$@" "$question" <"$work/notes.txt" 2>&1)" "*akin*nstall*"
  fi
  check "$name, a wrong program" "$(AKIN=/nowhere/akin "$@" "$question" <"$work/notes.txt" 2>&1)" "*/nowhere/akin*not a program*"
  # Swift's example is of the library, whose errors speak of its parameters.
  [ "$name" = swift ] || check "$name, a line that is too long" "$("$@" "$question" <"$work/long.txt" 2>&1)" "*line[ :]2: expected at most *"
  check "$name, an error" "$(missing_model "$@" "$question" <"$work/notes.txt" 2>&1)" "*no-such-model: not on this machine*"
}

# A package of its own, as an app has one: built from the checkout, in a few minutes the first time.
if swift build --quiet -c release --package-path clients/examples/swift; then
  try_input swift clients/examples/swift/.build/release/semantic-lines
  mkdir "$work/folder"
  echo "Leaves turn light into sugar." >"$work/folder/leaves.txt"
  shown=$(AKIN_DATA="$work/data" clients/examples/swift/.build/release/tour "$work/folder" 2>&1)
  check "swift, what its page shows" "$(tail -n 1 <<<"$shown")" 'a cat [01].* *"embed", "index/add", "search", "similarity"*'
  python3 - <<'PYTHON'
import re
page = open("clients/examples/swift/README.md", encoding="utf-8").read()
program = open("clients/examples/swift/Sources/tour/main.swift", encoding="utf-8").read()
shown = re.findall(r"```swift\n(.*?)```", page, re.S)[1].split("\n\n", 1)[1]
raise SystemExit(shown not in program)
PYTHON
  check "swift, its page shows the program" $? 0
else
  check "swift, the build" "failed" "passed"
fi
try_input python python3 clients/examples/semantic_lines.py
if perl -MJSON::PP -e '' 2>/dev/null; then
  try perl perl clients/examples/semantic_lines.pl
else
  echo "perl: skipped, no Perl with its core modules"
fi
if java --version 2>/dev/null | grep -qE '(1[7-9]|[2-9][0-9])\.'; then
  try java java clients/examples/SemanticLines.java
else
  echo "java: skipped, no Java 17 or newer"
fi
# A name that only leads to toolchains runs where there is one.
if rustc --version >/dev/null 2>&1; then
  rustc -O --edition 2021 -D warnings -o "$work/rust" clients/examples/semantic_lines.rs
  try rust "$work/rust"
else
  echo "rust: skipped, no rustc that runs"
fi
if go version >/dev/null 2>&1; then
  GO111MODULE=off GOCACHE="$work/go-cache" go build -o "$work/go" clients/examples/semantic_lines.go
  try go "$work/go"
else
  echo "go: skipped, no go that runs"
fi

echo "languages: $passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
