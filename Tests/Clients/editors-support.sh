#!/usr/bin/env bash
# What the steps of the editors share; no step itself: they source it after `set -eu`. $1 is the path of akin.
# Sets: work (a folder that goes away), folder (a small real folder to index), PATH with akin first, AKIN_DATA.

# Ends the step as skipped where one of the programs is missing.
need() {
  local program
  for program in "$@"; do
    if ! command -v "$program" >/dev/null 2>&1; then
      echo "$program is not installed"
      exit 77
    fi
  done
}

work=$(cd "$(mktemp -d)" && pwd -P)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/data"
ln -s "$(realpath "$1")" "$work/bin/akin"
export PATH="$work/bin:$PATH" AKIN_DATA="$work/data"

folder=$work/harbour
mkdir -p "$folder/.git" "$folder/src" "$folder/docs"
cat >"$folder/src/tide.py" <<'PY'
def high_water(harbour, day):
    """When the sea is highest at a harbour, from the position of the moon."""
    return harbour.offset + 12.42 * phase_of_moon(day)
PY
cat >"$folder/src/mail.py" <<'PY'
def send_reminder(person, text):
    """Write an email to somebody who has not paid the invoice yet."""
    server.deliver(person.address, text)
PY
cat >"$folder/src/queue.py" <<'PY'
def retry_later(job):
    """Put a failed job back and wait twice as long before the next attempt."""
    job.delay *= 2
PY
cat >"$folder/docs/garden.md" <<'MD'
# Garden

Plants turn sunlight into sugar. Give them water in the morning.
MD

# Makes a folder, $PARTLY, that is found by its words: none of it is embedded yet, and it takes a while.
make_partly_embedded() {
  export PARTLY=$work/partly
  mkdir -p "$PARTLY/.git"
  awk -v folder="$PARTLY" 'BEGIN {
    for (i = 1; i <= 1500; i++) {
      file = folder "/" i ".txt"
      printf "Cart number %d brings %d sacks of flour from the mill to the baker.\n", i, i > file
      close(file)
    }
  }'
  (cd "$PARTLY" && akin search --budget 0 --no-background --mode keyword sacks >/dev/null 2>&1)
}

passed=0
failed=0

# check NAME COMMAND...: counts whether the command succeeds.
check() {
  local name=$1
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      $name"
  else
    failed=$((failed + 1))
    echo "FAILED  $name"
  fi
}

# Adds the counts of the last line "N passed, M failed" of a file; a file without one is a failure.
add_counts() {
  local counts
  counts=$(sed -n 's/^\([0-9]*\) passed, \([0-9]*\) failed$/\1 \2/p' "$1" | tail -n 1)
  if [ -z "$counts" ]; then
    failed=$((failed + 1))
    echo "FAILED  it ended before its last test"
    return
  fi
  passed=$((passed + ${counts% *}))
  failed=$((failed + ${counts#* }))
}

finish() { # name of the step
  echo "$1: $passed passed, $failed failed"
  [ "$failed" -eq 0 ]
}

# A terminal of 90 by 28, each in a tmux server of its own: one that is being closed takes nothing new.
terminals=0
terminal() { # command
  terminals=$((terminals + 1))
  tmux -L "akin-$$-$terminals" -f /dev/null new-session -d -x 90 -y 28 "$1"
}
keys() { tmux -L "akin-$$-$terminals" send-keys "$@"; }
screen() { tmux -L "akin-$$-$terminals" capture-pane -p; }
close_terminal() { tmux -L "akin-$$-$terminals" kill-server 2>/dev/null || true; }

# Whether a file that came to the indexed folder while no editor ran is found, once the editor's first command has started the
# server: it is indexed in the background, so that the question is asked until the answer is there.
came_meanwhile() {
  for _ in $(seq 20); do
    keys ':Akin lava and ashes' Enter
    if AKIN_SCREEN_TRIES=10 screen_shows '^docs/fire\.md' 2>/dev/null; then return 0; fi
  done
  screen >&2
  return 1
}

# Waits up to 20 s until the screen matches a pattern of grep -E; prints the screen where it does not.
screen_shows() {
  for _ in $(seq "${AKIN_SCREEN_TRIES:-200}"); do
    if screen | grep -qE -- "$1"; then return 0; fi
    sleep 0.1
  done
  echo "expected on the screen: $1" >&2
  screen >&2
  return 1
}
