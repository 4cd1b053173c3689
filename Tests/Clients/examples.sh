#!/usr/bin/env bash
# Runs the example clients against the built program. Usage: Tests/Clients/examples.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin"
ln -s "$(realpath "$1")" "$work/bin/akin"
export PATH="$work/bin:$PATH"

python3 -c 'import json; print("\n".join(json.load(open("Tests/Fixtures/notebook.json"))["documents"]))' >"$work/notes.txt"

found=$(python3 clients/examples/semantic_lines.py "How do plants survive?" "$work/notes.txt" 1)
case "$found" in
  0.4*"notes.txt:2: Photosynthesis is "*) echo "python: $found" ;;
  *)
    echo "python: expected the second line with 0.4, got: $found" >&2
    exit 1
    ;;
esac

if command -v ruby >/dev/null 2>&1; then
  AKIN_DATA="$work/data" timeout 300 ruby Tests/Clients/session.rb clients/examples/akin.rb
  found=$(AKIN_DATA="$work/data" ruby clients/examples/akin.rb "How do plants survive?" "$work" | head -n 1)
  case "$found" in
    *"notes.txt:"*) echo "ruby: $found" ;;
    *)
      echo "ruby: expected a line of notes.txt, got: $found" >&2
      exit 1
      ;;
  esac
else
  echo "ruby: skipped, it is not installed"
fi

if ! command -v nvim >/dev/null 2>&1; then
  echo "neovim: skipped, it is not installed"
  exit 0
fi
cat >"$work/session.lua" <<'LUA'
vim.cmd('luafile clients/examples/akin.lua')
vim.cmd('edit ' .. vim.env.NOTES)
vim.cmd('AkinLines How do plants survive?')
local arrived = vim.wait(60000, function() return #vim.fn.getqflist() > 0 end, 10)
local first = vim.fn.getqflist()[1]
io.stdout:write(arrived and (first.lnum .. ' ' .. first.text) or 'nothing came', '\n')
vim.cmd('qall!')
LUA
found=$(NOTES="$work/notes.txt" timeout 90 nvim --clean --headless -c "luafile $work/session.lua" 2>"$work/errors" || true)
case "$found" in
  "2 0.4"*"Photosynthesis is "*) echo "neovim: $found" ;;
  *)
    echo "neovim: expected line 2 with 0.4, got: $found" >&2
    cat "$work/errors" >&2
    exit 1
    ;;
esac
