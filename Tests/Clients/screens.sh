#!/usr/bin/env bash
# What the command line shows while it works and where its input is wrong, on screens of 90 and 40 columns.
# Usage: Tests/Clients/screens.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need tmux python3

trap 'close_terminal; rm -rf "$work"' EXIT
cd "$folder"
akin index . >/dev/null 2>&1
python3 - <<'PY'
import json
words = "the ship carries tar and rope from port to port while gulls follow it".split()
with open("many.txt", "w") as texts, open("queries.jsonl", "w") as queries:
    for number in range(30000):
        texts.write(" ".join(words[(number + k) % len(words)] for k in range(40)) + f" {number}\n")
    for number in range(4000):
        relevant = [{"path": "src/mail.py"}]
        queries.write(json.dumps({"query": f"reminder {number} for an invoice", "relevant": relevant}) + "\n")
PY

narrow() { # command, on 40 columns
  terminals=$((terminals + 1))
  tmux -L "akin-$$-$terminals" -f /dev/null new-session -d -x 40 -y 20 "$1"
}
bars() { screen | grep -c "$1"; }

# shows LABEL COMMAND: rate and time left on both screens, on one line.
shows() {
  terminal "$2; cat"
  screen_shows "^$1  .*[0-9] [a-z]+ +[0-9.]+ [a-z]+/s +.* left" || return 1
  close_terminal
  narrow "$2; cat"
  screen_shows "^$1 .*[0-9].* left" || return 1
  sleep 0.6
  [ "$(bars "^$1 ")" -eq 1 ] || { screen >&2; return 1; }
  close_terminal
}

check "embed tells how fast and how long" shows embedding "akin embed --file many.txt --output v.npy"
check "in a pipe too" shows embedding "akin embed --file many.txt | tail -n 1"
check "similarity" shows embedding "head -n 20000 many.txt | akin similarity --right 'a ship' -o s.npy"
check "search in documents" shows embedding "akin search --documents many.txt 'a ship'"
check "eval" shows searching "akin eval queries.jsonl --no-update"

silent() {
  head -n 3000 many.txt | akin embed --output quiet.npy 2>said && ! grep -q 'texts/s' said
}
check "no bar where standard error is no terminal" silent

interrupted() {
  echo keep >w.npy
  terminal "akin embed --file many.txt --output w.npy; cat"
  screen_shows 'embedding .*texts/s' || return 1
  keys C-c
  for _ in $(seq 100); do
    if ! pgrep -f "embed --file many.txt --output w.npy" >/dev/null; then break; fi
    sleep 0.1
  done
  close_terminal
  [ "$(cat w.npy)" = keep ] && [ -z "$(find . -name '*.partial')" ]
}
check "Ctrl-C leaves the file that was there" interrupted

closed() {
  echo keep >x.npy
  terminal "akin embed --file many.txt --output x.npy; cat"
  screen_shows 'embedding .*texts/s' || return 1
  close_terminal
  for _ in $(seq 100); do
    if ! pgrep -f "embed --file many.txt --output x.npy" >/dev/null; then break; fi
    sleep 0.1
  done
  [ "$(cat x.npy)" = keep ] && [ -z "$(find . -name '*.partial')" ]
}
check "a window that closes does too" closed

# says TEXT COMMAND...: the command fails, and says so.
says() {
  local text=$1
  shift
  if "$@" >out 2>err </dev/null; then return 1; fi
  grep -qF -- "$text" err || { cat err >&2; return 1; }
}
long=$(python3 -c 'print("ship " * 600)')
printf 'short\n%s\n' "$long" >long.txt
printf 'short\n\377\n' >bytes.txt
printf '"short"\n{"text": 3}\n' >object.jsonl
printf '{"query": "a", "relevant": [{"path": "b"}]}\n{"query": "a"}\n' >eval.jsonl
printf '{"format": "akin-collection-1"}\n' >collection.jsonl
check "embed names the line of a text that is too long" says "long.txt:2: " akin embed --file long.txt --overflow error
check "an argument by its number" says "text 2: " akin embed --overflow error short "$long"
check "similarity" says "long.txt:2: " akin similarity short --right-file long.txt --overflow error
check "search in documents" says "long.txt:2: " akin search --documents long.txt ship --overflow error
check "and its queries" says "long.txt:2: " akin search --documents many.txt --file long.txt --overflow error
check "tokenize, no UTF-8" says "bytes.txt:2: not UTF-8" akin tokenize --file bytes.txt
check "search, no UTF-8" says "bytes.txt:2: not UTF-8" akin search --documents bytes.txt a
check "embed, no text" says "object.jsonl:2: " akin embed --json-lines --file object.jsonl
check "eval, no answers" says "eval.jsonl:2: relevant: expected" akin eval eval.jsonl --no-update
check "import" says "collection.jsonl:1: model: expected" akin collections import collection.jsonl
check "a prompt that the model lacks is told by its option" says "--prompt-name: " akin embed a --prompt-name query
check "so are dimensions" says "--dimensions: expected 1 to 384" akin embed a --dimensions 999
check "and what excludes each other" says "--tokens and --pooling" akin embed a --tokens --pooling cls
check "choices are listed" says "meanSqrtLen" akin embed a --pooling middle
check "tokenize speaks of its option" says "--max-length" akin tokenize a --max-length 1
check "rerank names --model" says "--model: expected a cross-encoder" akin rerank a b
check "an option of grep is answered" says "No search minds capital letters" akin search ship -i
check "a folder that is not there has no configuration" says "there is no folder nowhere" akin config nowhere

readable() {
  narrow "akin collections; cat"
  screen_shows "^$(printf '%s' "$folder" | cut -c1-20)" && screen_shows '^  documents [0-9]+  chunks [0-9]+' || return 1
  close_terminal
  mkdir -p "$folder/deep" && cd "$folder/deep"
  akin duplicates "$folder" --no-update --min-score=-1 --min-length 0 >"$work/pairs"
  cd "$folder"
  grep -qF "$folder/src/" "$work/pairs"
}
check "collections on 40 columns, and names that open from anywhere" readable

# Kitty says so, and tmux hands links on from 3.4; here the bytes are what is looked at.
linked() {
  python3 - <<'PY'
import os, pty
os.environ["TERM"] = "xterm-kitty"
os.environ["KITTY_WINDOW_ID"] = "1"
out = b""
def read(descriptor):
    global out
    data = os.read(descriptor, 65536)
    out += data
    return b""
pty.spawn(["akin", "search", "when is the sea highest", "--no-update"], read)
wanted = b"\x1b]8;;file://" + os.getcwd().encode() + b"/src/tide.py\x1b\\"
raise SystemExit(0 if wanted in out and b"\x1b]8;;\x1b\\" in out else repr(out))
PY
}
check "a place is a link where the terminal has links" linked
finish screens
