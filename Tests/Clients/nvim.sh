#!/usr/bin/env bash
# The Neovim plugin against the real server, headless and on a screen. Usage: Tests/Clients/nvim.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need nvim tmux
here=$PWD

plugin=$work/nvim
cp -r clients/nvim "$plugin"
nvim=(nvim --clean -i NONE -n --cmd "set runtimepath^=$plugin")
"${nvim[@]}" --headless -c "helptags $plugin/doc" -c 'qall!'

cd "$folder"
make_partly_embedded
# Neovim writes its messages to standard error; the session's report is what is read.
timeout 120 "${nvim[@]}" --headless -c "luafile $plugin/test/session.lua" >"$work/report" 2>"$work/messages" || true
cat "$work/report"
add_counts "$work/report"

trap 'close_terminal; rm -rf "$work"' EXIT
echo "Volcanoes throw out lava." >docs/fire.md
terminal "$(printf '%q ' "${nvim[@]}" src/mail.py)"
check "the file is on the screen" screen_shows 'send_reminder'
keys ':Akin when does the water rise'
check "the list follows the keys" screen_shows 'tide\.py\|1'
check "the preview shows the best result" screen_shows '1 def high_water'
keys Escape
check "escape takes the list away" screen_shows '^~'
keys ':Akin when does the water rise' Enter
check "the command keeps the list" screen_shows '\[Quickfix List\] Akin: when does the water rise'
keys j
check "the preview follows the cursor" screen_shows '2,1'
keys k Enter
check "enter opens the place" screen_shows '^src/tide\.py +1,1'
check "what came while no editor ran is found" came_meanwhile
close_terminal
rm docs/fire.md

# With swap files, which Neovim leaves where it is killed.
# shellcheck disable=SC2034 # states-support.sh reads it
editor=(nvim --clean -i NONE --cmd "set directory=." --cmd "set runtimepath^=$plugin" src/mail.py)
# shellcheck source=Tests/Clients/states-support.sh
. "$here/Tests/Clients/states-support.sh"
vim_keys
check_states
echo "not run: fzf-lua and Telescope themselves, which neither Debian nor PyPI has; a stand-in takes the place of fzf-lua"
finish nvim
