#!/usr/bin/env bash
# Clients that know nothing of Akin hold sessions with it: jq in a pipe, Vim's channels, Neovim's LSP client, eglot, ALE, and
# two Python libraries for language servers. Usage: Tests/Clients/third-party.sh PATH_OF_AKIN
set -u
cd "$(dirname "$0")/../.." || exit 1

AKIN=$(realpath "$1")
export AKIN
here=Tests/Clients/third-party
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
failed=0
skipped=''

# Runs a session that must end well and say nothing but "ok" lines; $1 names it.
session() {
  local name=$1
  shift
  if timeout 60 "$@" >"$work/output" 2>&1 </dev/null &&
    grep -q '^ok ' "$work/output" && ! grep -qv '^ok ' "$work/output"; then
    sed "s/^/$name: /" "$work/output"
    passed=$((passed + $(grep -c '^ok ' "$work/output")))
  else
    echo "$name: FAILED"
    cat "$work/output"
    failed=$((failed + 1))
  fi
}

skip() { skipped="$skipped $1 ($2);"; }

if command -v jq >/dev/null; then session jq "$here/pipe.sh"; else skip jq "not installed"; fi

if vim --version 2>/dev/null | grep -q '+channel'; then
  for mode in lsp nl; do
    session "vim, mode $mode" vim -N -u NONE -i NONE -n -es -S "$here/channel_$mode.vim"
  done
else
  skip vim "no vim with channels"
fi

if command -v nvim >/dev/null; then
  session nvim nvim --clean --headless -c "luafile $here/rpc.lua"
else
  skip nvim "not installed"
fi

# In a folder that is indexed, as an editor has it open.
export AKIN_DATA="$work/data"
mkdir -p "$work/harbour/src"
cat >"$work/harbour/src/tide.py" <<'PY'
def high_water(harbour, day):
    """When the sea is highest at a harbour, from the position of the moon."""
    return harbour.offset + 12.42 * phase_of_moon(day)
PY
cat >"$work/harbour/src/mail.py" <<'PY'
def send_reminder(person, text):
    """Write an email to somebody who has not paid the invoice yet."""
    server.deliver(person.address, text)
PY
git init -q "$work/harbour"
"$AKIN" index "$work/harbour" >/dev/null

elpa=/usr/share/emacs/site-lisp/elpa
if command -v emacs >/dev/null && [ -n "$(find "$elpa" -maxdepth 1 -name 'eglot-*' 2>/dev/null)" ]; then
  # shellcheck disable=SC2046 # two arguments a package
  session eglot env -C "$work/harbour" emacs -Q --batch $(printf -- '-L %s ' "$elpa"/*) -l "$PWD/$here/eglot.el"
else
  skip eglot "Debian's elpa-eglot is not installed"
fi

if [ -d /usr/share/vim-ale ]; then
  session ALE env -C "$work/harbour" \
    vim -N -u NONE -i NONE -n -es --cmd 'set runtimepath^=/usr/share/vim-ale' -S "$PWD/$here/ale.vim"
else
  skip ALE "Debian's vim-ale is not installed"
fi

if scripts/venv.sh lsp >"$work/venv" 2>&1; then
  session pygls .venv/lsp/bin/python "$here/pygls_client.py"
  session python-lsp-jsonrpc .venv/lsp/bin/python "$here/lsp_jsonrpc_client.py"
else
  skip "pygls, python-lsp-jsonrpc" "$(tail -n 1 "$work/venv")"
fi

if [ -n "$skipped" ]; then echo "skipped:$skipped"; fi
if [ $((passed + failed)) -eq 0 ]; then exit 77; fi
echo "third-party: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
