#!/usr/bin/env bash
# An editor in every state of its server: left, it is gone at once and leaves nothing behind; late results take neither the focus
# nor keys. No step itself: steps source it after editors-support.sh, and define
#   editor      an array: the command, with the file src/mail.py to open
#   run_search, run_index, run_status, run_results, run_quit, split_windows   the keys for these
#   insert, while_inserting, stop_inserting   the keys around text that is typed into the file, and what is waited for between;
#               one of the last two calls "announced", which waits for the announcement of results
# or call vim_keys, which defines these as Vim and Neovim have them.
# The folder must be indexed.

# In place of akin: a relay that writes its process id to $starts, takes seconds to start where $work/slow is there, and hands
# on no request while $work/held is there, as a server does that is busy with something else.
starts=$work/starts
processes=$work/processes
mv "$work/bin/akin" "$work/bin/akin-itself"
cat >"$work/bin/akin" <<PY
#!/usr/bin/env python3
import os, signal, subprocess, sys, time

with open("$starts", "a") as starts, open("$processes", "a") as processes:
    print(os.getpid(), file=starts)
    print(os.getpid(), file=processes)
if os.path.exists("$work/mute"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    time.sleep(60)
if os.path.exists("$work/slow"):
    time.sleep(5)
akin = subprocess.Popen(["$work/bin/akin-itself", *sys.argv[1:]], stdin=subprocess.PIPE)
with open("$processes", "a") as processes:
    print(akin.pid, file=processes)
signal.signal(signal.SIGTERM, lambda *_: (akin.terminate(), os._exit(0)))
while data := os.read(0, 65536):
    while os.path.exists("$work/held"):
        time.sleep(0.05)
    akin.stdin.write(data)
    akin.stdin.flush()
akin.stdin.close()
sys.exit(akin.wait())
PY
chmod +x "$work/bin/akin"

last_start() { tail -n 1 "$starts"; }

# Waits for as many starts of the server as $1 says.
starts_are() {
  for _ in $(seq 200); do
    if [ "$(grep -c . "$starts")" -ge "$1" ]; then return 0; fi
    sleep 0.05
  done
  return 1
}

# Whether the editor ends within four seconds of being told to, no server lives on, and no swap file or lock lies about.
leaves() {
  run_quit
  for _ in $(seq 80); do
    if ! screen >/dev/null 2>&1; then
      local left
      for _ in $(seq 80); do
        left=$(xargs -r ps -o pid=,stat=,args= -p <"$processes")
        if [ -z "$left" ]; then break; fi
        sleep 0.05
      done
      left="$left$(find "$folder" -name '*.sw?' -o -name '.#*')"
      if [ -z "$left" ]; then return 0; fi
      echo "left behind: $left" >&2
      return 1
    fi
    sleep 0.05
  done
  echo "still there:" >&2
  screen >&2
  close_terminal
  return 1
}

# The editor with its file, and no server yet.
open_file() {
  : >"$starts"
  : >"$processes"
  rm -f "$work/slow" "$work/held" "$work/mute"
  terminal "$(printf '%q ' "${editor[@]}")"
  screen_shows 'send_reminder' || { close_terminal && return 1; }
}

open_editor() {
  open_file || return 1
  if run_status && starts_are 1 && screen_shows '[0-9] documents'; then return 0; fi
  close_terminal
  find "$folder" -name '*.sw?' -delete
  return 1
}

left_while_idle() { open_editor && leaves; }

left_while_waiting() {
  open_editor || return 1
  touch "$work/held"
  run_search
  sleep 0.3
  leaves
}

left_while_indexing() {
  open_editor || return 1
  mkdir "$folder/many"
  for i in $(seq 1500); do echo "The ship number $i carries $i barrels of tar from port to port." >"$folder/many/$i.txt"; done
  run_index
  screen_shows 'indexing' && leaves
  local outcome=$?
  rm -r "$folder/many"
  return $outcome
}

left_with_results() {
  open_editor && run_search && screen_shows 'tide\.py.*0\.' && leaves
}

left_while_the_server_starts() {
  open_file || return 1
  touch "$work/slow"
  run_search
  starts_are 1 && leaves
}

# A program that says nothing, and ends neither with its input nor when it is told to.
left_while_the_server_is_mute() {
  open_file || return 1
  touch "$work/mute"
  run_search
  starts_are 1 || return 1
  sleep 0.3
  run_quit
  for _ in $(seq 80); do
    if ! screen >/dev/null 2>&1; then
      xargs -r kill -KILL <"$processes" 2>/dev/null
      [ -z "$(find "$folder" -name '*.sw?' -o -name '.#*')" ]
      return
    fi
    sleep 0.05
  done
  xargs -r kill -KILL <"$processes" 2>/dev/null
  close_terminal
  return 1
}

left_with_results_while_waiting() {
  open_editor && run_search && screen_shows 'tide\.py.*0\.' || return 1
  touch "$work/held"
  run_search
  sleep 0.3
  leaves
}

left_with_several_windows() {
  open_editor || return 1
  split_windows
  touch "$work/held"
  run_search
  sleep 0.3
  leaves
}

left_after_the_server_died() {
  open_editor || return 1
  kill -KILL "$(last_start)"
  sleep 0.3
  leaves
}

left_while_the_server_starts_again() {
  open_editor || return 1
  touch "$work/held"
  run_search
  sleep 0.3
  touch "$work/slow"
  kill -KILL "$(last_start)"
  starts_are 2 && leaves
}

announced() { screen_shows '[0-9] results for when does'; }

# What is typed after results have come goes where it was meant to go, and the results wait until they are asked for.
typed_while_results_come() {
  open_editor || return 1
  touch "$work/held"
  run_search
  sleep 0.3
  insert
  keys 'typed while waiting'
  screen_shows 'typed while waiting' || return 1
  rm "$work/held"
  while_inserting
  keys ', and afterwards'
  screen_shows 'typed while waiting, and afterwards' || return 1
  if screen | grep -q 'tide\.py.*0\.'; then return 1; fi
  stop_inserting || return 1
  run_results
  screen_shows 'tide\.py.*0\.'
}

late_results_take_nothing() {
  typed_while_results_come
  local outcome=$?
  close_terminal
  find "$folder" \( -name '*.sw?' -o -name '.#*' \) -delete
  return $outcome
}

# The keys of Vim and Neovim.
vim_keys() {
  run_search() { keys ':Akin when does the water rise' Enter; }
  run_index() { keys ':AkinIndex' Enter; }
  run_status() { keys ':AkinStatus' Enter; }
  run_results() { keys ':AkinResults' Enter; }
  run_quit() { keys ':qa!' Enter; }
  split_windows() { keys ':split src/tide.py' Enter; keys ':tabedit src/queue.py' Enter; }
  insert() { keys i; }
  while_inserting() { sleep 0.5; }
  # The mode has the last line until then.
  stop_inserting() { keys Escape && announced; }
}

check_states() {
  check "left while the server is idle" left_while_idle
  check "left while a request waits" left_while_waiting
  check "left while a folder is indexed" left_while_indexing
  check "left with results open" left_with_results
  check "left with results open while a request waits" left_with_results_while_waiting
  check "left with several windows while a request waits" left_with_several_windows
  check "left while the server starts" left_while_the_server_starts
  check "left while the server says nothing and does not end" left_while_the_server_is_mute
  check "left after the server died" left_after_the_server_died
  check "left while the server starts again" left_while_the_server_starts_again
  check "late results take neither the focus nor keys" late_results_take_nothing
}
