#!/usr/bin/env bash
# The Vim plugin against the real server, and on a screen. Usage: Tests/Clients/vim.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need vim tmux
here=$PWD
if ! vim --version | grep -q '+channel'; then
  echo "this vim has no channels (Debian: vim-nox)"
  exit 77
fi

plugin=$work/vim
cp -r clients/vim "$plugin"
vim=(vim -N -u NONE -i NONE -n --cmd "set runtimepath^=$plugin" --cmd 'runtime plugin/akin.vim')
"${vim[@]}" -es -c "helptags $plugin/doc" -c 'qall!'

trap 'close_terminal; rm -rf "$work"' EXIT
cd "$folder"
make_partly_embedded
export REPORT=$work/report
# Typed, as people do: while Vim starts, no key is waited for and no window may be opened.
terminal "$(printf '%q ' "${vim[@]}")"
screen_shows '^~'
keys ":source $plugin/test/session.vim" Enter
for _ in $(seq 1200); do
  if [ -s "$REPORT" ] || ! screen >/dev/null 2>&1; then break; fi
  sleep 0.1
done
touch "$REPORT"
cat "$REPORT"
add_counts "$REPORT"
close_terminal

echo "Volcanoes throw out lava." >docs/fire.md
terminal "$(printf '%q ' "${vim[@]}" src/mail.py)"
check "the file is on the screen" screen_shows 'send_reminder'
keys ':Akin when does the water rise' Enter
check "the list is on the screen" screen_shows 'tide\.py\|1-3\| 0\.'
keys Enter
check "enter opens the place" screen_shows '^def high_water'
check "what came while no editor ran is found" came_meanwhile
close_terminal
rm docs/fire.md

# With swap files, which Vim leaves where it is killed.
# shellcheck disable=SC2034 # states-support.sh reads it
editor=(vim -N -u NONE -i NONE --cmd 'set directory=.' --cmd "set runtimepath^=$plugin" --cmd 'runtime plugin/akin.vim' src/mail.py)
# shellcheck source=Tests/Clients/states-support.sh
. "$here/Tests/Clients/states-support.sh"
vim_keys
check_states
finish vim
