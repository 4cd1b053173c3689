#!/usr/bin/env bash
# akin.el against the real server, in batch and on a screen; its rules of packaging. Usage: Tests/Clients/emacs.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need emacs tmux
here=$PWD

package=$work/emacs
cp -r clients/emacs "$package"
emacs=(emacs -Q -L "$package")

# Whether a command prints nothing and ends well.
is_silent() {
  local printed
  printed=$("$@" 2>&1) && [ -z "$printed" ] && return
  echo "$printed" >&2
  return 1
}

check "byte-compiles without a warning" \
  "${emacs[@]}" --batch --eval '(setq byte-compile-error-on-warn t)' -f batch-byte-compile "$package"/akin{-documents,-server,}.el
for file in akin-documents akin-server akin; do
  check "checkdoc finds nothing in $file" is_silent "${emacs[@]}" --batch --eval "(checkdoc-file \"$package/$file.el\")"
done

lint=$(ls -d /usr/share/emacs/site-lisp/elpa-src/{package-lint,let-alist}-[0-9]* 2>/dev/null || true)
if [ "$(echo "$lint" | grep -c .)" -eq 2 ]; then
  # Debian 12's package-lint is older than Emacs 28, and says so of every package that needs that.
  lint_package() {
    # shellcheck disable=SC2046,SC2086 # two arguments a folder
    emacs -Q --batch $(printf -- '-L %s ' $lint) -l package-lint --eval "(setq package-lint-main-file \"$package/akin.el\")" \
      -f package-lint-batch-and-exit "$package"/akin{,-documents,-server}.el 2>&1 |
      grep -v -e '^Entering directory' -e 'uninstallable in all released Emacs versions' || true
  }
  check "package-lint finds nothing" is_silent lint_package
else
  echo "not run: package-lint is not installed"
fi

cd "$folder"
make_partly_embedded
timeout 120 "${emacs[@]}" --batch -l akin-tests -f ert-run-tests-batch-and-exit >"$work/report" 2>&1 || true
grep -E '^ +(passed|FAILED|skipped)|^Ran ' "$work/report" || true
# "Ran 12 tests, 12 results as expected, 0 unexpected" as the counts of this step.
ran=$(sed -n 's/^Ran \([0-9]*\) tests, \([0-9]*\) results as expected, \([0-9]*\) unexpected.*/\2 passed, \3 failed/p' "$work/report")
if ! [[ $ran =~ " passed, 0 failed"$ ]]; then cat "$work/report"; fi
echo "$ran" >"$work/counts"
add_counts "$work/counts"

trap 'close_terminal; rm -rf "$work"' EXIT
terminal "$(printf '%q ' "${emacs[@]}" -nw -l akin src/mail.py)"
check "the file is on the screen" screen_shows 'send_reminder'
keys M-x
keys 'akin-search' Enter
check "the query is asked for" screen_shows 'Search by meaning:'
keys 'when does the water rise'
check "the results follow the keys" screen_shows 'src/tide\.py:1  0\.[0-9]'
keys Enter
check "the results get the focus" screen_shows '\*akin\*'
keys n
check "n shows the place of a result" screen_shows 'tide\.py  *All'
# While Emacs loads the mode of the file it has just visited, it loses a key now and then.
sleep 1
keys C-x o
keys M-x
keys 'akin-search' Enter '100% %b to see'
check "another query is shown, with what it has of %" screen_shows '^ 100% %b to see  \(no good match, best 0\.[0-9]+\)  in '
keys C-g
check "C-g brings the windows back" screen_shows 'Quit'
close_terminal

# Without Emacs' search for shorter names of a command, which throws away keys that come meanwhile.
# shellcheck disable=SC2034 # states-support.sh reads it
editor=("${emacs[@]}" -nw -l akin --eval "(setq make-backup-files nil suggest-key-bindings nil)" src/mail.py)
run_search() { keys M-x; keys 'akin-search' Enter; screen_shows 'by meaning'; keys 'when does the water rise' Enter; }
run_index() { keys M-x; keys 'akin-index' Enter; screen_shows 'Index folder'; keys Enter; }
run_status() { keys M-x; keys 'akin-status' Enter; }
run_results() { keys M-x; keys 'akin-results' Enter; }
run_quit() { keys C-x C-c; }
split_windows() { keys C-x 2; keys C-x 3; }
insert() { :; }
while_inserting() { announced; }
stop_inserting() { :; }
# shellcheck source=Tests/Clients/states-support.sh
. "$here/Tests/Clients/states-support.sh"
check_states
finish emacs
