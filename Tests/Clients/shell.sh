#!/usr/bin/env bash
# The shells' completions, the fzf key and the recipes of clients/shell. Usage: Tests/Clients/shell.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need bash zsh fish fzf jq tmux make git python3 vim
top=$PWD
trap 'close_terminal; rm -rf "$work"' EXIT

# --- Completions, as `make install` lays them down.

packaging/install.sh "$work/bin/akin" "$work/staged/usr"
share=$work/staged/usr/share

bash_completes() {
  bash -c '. "$1"; COMP_WORDS=(akin se) COMP_CWORD=1 COMP_LINE="akin se" COMP_POINT=7; _akin akin se akin
           printf "%s\n" "${COMPREPLY[@]}"' bash "$share/bash-completion/completions/akin" | grep -qx serve
}
bash_completes_values() { # words before, the value as it begins, what it may be
  bash -c '. "$1"; COMP_WORDS=($2 "$3"); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE="$2 $3"; COMP_POINT=${#COMP_LINE}
           _akin akin "$3" "${COMP_WORDS[COMP_CWORD - 1]}"; printf "%s\n" "${COMPREPLY[@]}"' \
    bash "$share/bash-completion/completions/akin" "$1" "$2" | grep -qx "$3"
}
fish_completes() {
  # shellcheck disable=SC2016 # fish expands it
  fish --no-config -c 'source $argv[1]; complete -C "akin se"' "$share/fish/vendor_completions.d/akin.fish" |
    grep -q '^serve'
}
zsh_completes() {
  terminal "zsh -f -i"
  keys "fpath=($share/zsh/site-functions \$fpath); autoload -U compinit; compinit -u -d $work/zcompdump; PS1='> '; clear" Enter
  keys 'akin mod' Tab
  screen_shows '^> akin models'
  local shown=$?
  close_terminal
  return "$shown"
}
check "bash completes subcommands" bash_completes
check "bash completes languages" bash_completes_values 'akin search --lang' pyt python
check "bash completes models" bash_completes_values 'akin embed --model' sent sentence-transformers/all-MiniLM-L6-v2
check "bash completes programs" bash_completes_values 'akin setup --only' em emacs
check "fish completes subcommands" fish_completes
check "zsh completes subcommands" zsh_completes

# --- The key: the chosen place comes to the command line.

key_finds() { # shell, script
  terminal "cd '$folder' && PATH='$work/staged/usr/bin':\$PATH AKIN_SERVE='akin serve' $1"
  keys ". '$share/akin/$2'; PS1='> '; clear" Enter
  screen_shows '^> ?$' && keys 'less ' && keys M-m &&
    screen_shows 'akin>' && keys 'when does the water rise' &&
    screen_shows '^[>▌] *src/tide\.py' && keys Enter &&
    screen_shows '^> less src/tide\.py:1'
  local shown=$?
  close_terminal
  return "$shown"
}
unknown_is_said() {
  (cd "$folder" && AKIN_SERVE='akin serve' "$work/staged/usr/bin/akin-fzf" --results anything) | grep -q '^akin-fzf: '
}
check "a folder that is not indexed is told of" unknown_is_said
jq -nc --arg folder "$folder" '{jsonrpc: "2.0", id: 1, method: "index/add", params: {folder: $folder}}' |
  akin serve >/dev/null
check "the key in bash" key_finds "bash --norc -i" akin.bash
check "the key in zsh" key_finds "zsh -f -i" akin.zsh

# --- The recipes of recipes.md and README.md: each indented block is one, and is named by its first line. Every one must be
# listed here with what it prints, as a pattern of grep -E.

mkdir "$work/recipes"
cd "$work/recipes"
python3 -c 'import json; print("\n".join(json.load(open("'"$top"'/Tests/Fixtures/notebook.json"))["documents"]))' >facts.txt
head -n 4 facts.txt >sentences.txt
echo "a long text $(seq -s ' ' 400)" >>sentences.txt
cp facts.txt answers.txt
printf '%s\n' 'How do plants survive?' 'Where do people live?' >questions.txt
printf '%s\n' 'a king' 'a monarch' 'a train' 'a train' >texts.txt
printf '%s\n' 'We will refund the money.' 'See you tomorrow.' >mails.txt
printf '%s\n' '{"key":"A-1","summary":"Cannot sign in after the update","year":2024}' \
  '{"key":"A-2","summary":"The report has the wrong colour","year":2025}' >issues.jsonl
printf '%s\n' '{"url":"file:///a","title":"Gardening"}' '{"url":"file:///b","title":"Sailing"}' >pages.jsonl
touch one.pdf
commit() { git -c user.name=a -c user.email=a@localhost commit -q "$@"; }
git init -q . && commit --allow-empty -m "Free what the parser kept"
cp -R "$folder" "$work/repository"
cd "$work/repository"
rmdir .git && git init -q . && git add . && commit -m "Free what the parser kept"
cp src/tide.py src/old.py

expected() { # first line of a recipe
  case "$1" in
    'vim -q'*) echo '^src/(old|tide)\.py\|1 col 1\|' ;;
    'akin search "when does the water rise" -k 50'*) echo 'phase_of_moon' ;;
    'akin search "who has to pay"'*) echo '^src/mail\.py:1 send_reminder$' ;;
    'akin search "emails about money"'*) echo '^src/mail\.py:2:.*invoice' ;;
    'akin similar '*) echo '^(1|0\.99)[.0-9]*.src/(old|tide)\.py.src/(old|tide)\.py$' ;;
    'for hook in'*) echo '^$' ;; # into files
    'akin search "when does the water rise"  '*) echo '^src/(tide|old)\.py$' ;;
    'akin search "How do plants survive?"'*) echo 'Photosynthesis.*' ;;
    "jq -c '{id: .key"*) echo '^0\.[0-9]+.A-1.Cannot sign in' ;;
    'akin search "refund"'*) echo '^there is one$' ;;
    'akin search --documents facts.txt --top-k 1'*) echo '^How do plants survive\? -> Photosynthesis' ;;
    'akin embed --json "a cat"'*) echo '^\[-?0\.[0-9]+(,-?0\.[0-9]+){4}\]$' ;;
    "jq -c '{id: .url"*) echo '^$' ;; # into a file
    'find . -name'*) echo '^\["\./one\.pdf",[0-9]+\]$' ;;
    'akin embed --json < sentences.txt'*) echo '^\[[0-9]+,"a long text' ;;
    'akin similarity "a king"'*) echo '^\[1.*,0\.' ;;
    'akin similarity --json --file questions'*) echo '^How do plants survive\? -> Photosynthesis' ;;
    'akin similarity --json --file texts.txt |') echo '^[01][.0-9]*.a train.a train$' ;;
    'akin tokenize --json "unbelievable!"'*) echo '^\[[0-9]+,"unbelievable"\]$' ;;
    "echo '{\"jsonrpc\""*) echo '^\[4,[0-9]+\]$' ;;
    'coproc AKIN'*) echo '^0\.[0-9]+$' ;;
    *) echo "no pattern for this recipe" ;;
  esac
}

runs() { # file of the recipe
  local output pattern
  pattern=$(expected "$(head -n 1 "$1")")
  if ! output=$(timeout 60 bash -eu -o pipefail "$1" 2>&1) || ! grep -qE -- "$pattern" <<<"$output"; then
    echo "expected: $pattern" >&2
    echo "$output" >&2
    return 1
  fi
}

# On a terminal, where a recipe wants one.
runs_on_terminal() { # file of the recipe
  terminal "bash -eu $1"
  screen_shows "$(expected "$(head -n 1 "$1")")"
  local shown=$?
  close_terminal
  return "$shown"
}

hooks_keep_the_index_fresh() {
  echo "The lighthouse keeper trims the lamp." >docs/lamp.txt
  git add . && commit -m "A lamp"
  for _ in $(seq 200); do
    if akin search "lighthouse" --no-update --files -k 1 | grep -q '^docs/lamp.txt$'; then return; fi
    sleep 0.1
  done
  return 1
}

mkdir "$work/blocks"
awk -v blocks="$work/blocks" '
  /^#+ / { section = $2 }
  /^    / { if (!within) count++; within = 1; print substr($0, 5) > sprintf("%s/%02d-%s", blocks, count, section); next }
  /^$/ && within { next } { within = 0 }' "$top/clients/shell/recipes.md" "$top/clients/shell/README.md"
for block in "$work"/blocks/*; do
  case "$block" in
    *-Folders | *-Recipes) cd "$work/repository" ;;
    *) cd "$work/recipes" ;;
  esac
  name=$(head -n 1 "$block" | cut -c 1-60)
  case "$(cat "$block")" in
    'vim '* | *'fzf '*) check "recipe: $name" runs_on_terminal "$block" ;;
    *) check "recipe: $name" runs "$block" ;;
  esac
done
cd "$work/repository"
check "recipe: a commit brings the index up to date" hooks_keep_the_index_fresh
cd "$work/recipes"
check "recipe: the vectors are in the files" test -s vectors.npy -a "$(jq -c '[.id, (.embedding | length)]' vectors.jsonl)" = '["file:///a",384]
["file:///b",384]'
finish shell
