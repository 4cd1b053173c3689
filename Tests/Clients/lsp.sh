#!/usr/bin/env bash
# Akin as an LSP server for clients without a plugin. Usage: Tests/Clients/lsp.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
here=$PWD
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need python3
trap 'close_terminal; rm -rf "$work"' EXIT

cd "$folder"
timeout 300 python3 "$here/Tests/Clients/lsp_session.py" >"$work/report" 2>&1 || true
cat "$work/report"
add_counts "$work/report"

# Neovim's own client, without a plugin, in a folder that is not indexed: the lines are those of clients/editors.md.
if command -v nvim >/dev/null 2>&1; then
  export AKIN_DATA="$work/another"
  rm -rf many
  cat >"$work/init.lua" <<'LUA'
local id = vim.lsp.start_client({ name = 'akin', cmd = { 'akin', 'serve' }, root_dir = vim.fn.getcwd() })
vim.lsp.buf_attach_client(0, id)
LUA
  terminal "nvim --clean -i NONE -n src/mail.py -c 'luafile $work/init.lua'"
  check "Neovim asks whether the folder should be indexed" screen_shows 'is not indexed by Akin yet'
  keys 1 Enter
  check "it tells how that ends" screen_shows 'harbour: [0-9]+ added'
  keys Enter Escape ':lua vim.lsp.buf.workspace_symbol("when does the water rise")' Enter
  check "its symbols are found by meaning" screen_shows 'src/tide\.py'
  keys ':cclose' Enter ':lua vim.lsp.buf.code_action()' Enter
  check "it offers what is similar" screen_shows 'Akin: find similar passages'
  keys 1 Enter
  check "and tells it" screen_shows 'Similar: [a-z]+/[a-z]+[.][a-z]+:1'
  keys Enter ':lua vim.lsp.buf.execute_command({command = "akin.status"})' Enter
  check "commands need no plugin" screen_shows 'harbour: [0-9]+ documents'
  close_terminal
else
  echo "not run: Neovim is not installed"
fi
finish lsp
