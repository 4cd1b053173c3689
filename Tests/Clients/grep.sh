#!/usr/bin/env bash
# Akin in place of grep, in editors without a plugin of ours (clients/editors.md). Usage: Tests/Clients/grep.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need vim tmux

trap 'close_terminal; rm -rf "$work"' EXIT
cd "$folder"
akin index . >/dev/null

# The settings as the page has them.
terminal "vim -N -u NONE -i NONE -n -c 'set grepprg=akin\\ search\\ --vimgrep' -c 'set grepformat=%f:%l:%c:%m' src/mail.py"
check "Vim has the file on the screen" screen_shows 'send_reminder'
keys ':silent grep! "when does the water rise" | redraw! | copen' Enter
check "its grep finds by meaning" screen_shows '^src/tide\.py\|1 col 1\| '
keys Enter
check "and goes to the place" screen_shows '^def high_water'
close_terminal

if command -v kak >/dev/null 2>&1; then
  terminal "kak -e 'set-option global grepcmd %{akin search --vimgrep}' src/mail.py"
  check "Kakoune has the file on the screen" screen_shows 'send_reminder'
  keys ':grep "when does the water rise"' Enter
  check "its grep finds by meaning" screen_shows '^src/tide\.py:1:1:'
  keys Enter
  check "and goes to the place" screen_shows '^def high_water'
else
  echo "not run: Kakoune is not installed"
fi
finish grep
