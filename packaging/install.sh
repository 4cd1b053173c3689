#!/usr/bin/env bash
# Lays out what is installed: the program, completions, man page, the shell's files, licences, and on request the clients.
# `make install`, the archive and the Debian package are made by it. Usage: packaging/install.sh PROGRAM PREFIX [--clients]
set -eu
# For all users, whatever the umask of who makes it.
umask 022
program=$(realpath "$1")
mkdir -p "$2"
prefix=$(realpath "$2")
with_clients=${3-}
cd "$(dirname "$0")/.."

share=$prefix/share
doc=$share/doc/akin
install -d "$prefix/bin" "$share/bash-completion/completions" "$share/zsh/site-functions" "$share/fish/vendor_completions.d" \
  "$share/man/man1" "$share/akin" "$doc"
install -m 755 "$program" "$prefix/bin/akin"
install -m 755 clients/shell/akin-fzf "$prefix/bin/akin-fzf"
"$program" --generate-completion-script bash >"$share/bash-completion/completions/akin"
"$program" --generate-completion-script zsh >"$share/zsh/site-functions/_akin"
"$program" --generate-completion-script fish >"$share/fish/vendor_completions.d/akin.fish"
"$program" --experimental-dump-help | python3 packaging/man.py >"$share/man/man1/akin.1"
install -m 644 packaging/akin-fzf.1 "$share/man/man1/akin-fzf.1"
install -m 644 clients/shell/akin.bash clients/shell/akin.zsh "$share/akin"
install -m 644 README.md CHANGELOG.md LICENSE "$doc"
if [ "$with_clients" = --clients ]; then
  for client in python node nvim vim emacs vscode claude shell examples; do
    # What git has of them, and no more; links with what they lead to.
    git ls-files -z "clients/$client" | while IFS= read -r -d '' file; do
      install -d "$share/akin/$(dirname "$file")"
      cp -L "$file" "$share/akin/$file"
    done
  done
  cp clients/README.md "$share/akin/clients"
fi
