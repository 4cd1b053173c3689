#!/usr/bin/env bash
# Indexes and searches a folder with the built program, as a person does. Usage: Tests/Clients/folders.sh PATH_OF_AKIN
set -u
# shellcheck source=Tests/Clients/folders-support.sh
. "$(dirname "$0")/folders-support.sh"

mkdir -p "$work/folder/src" "$work/other"
cd "$work/folder" || exit 1
printf '# Rivers\n\nWater flows down to the sea.\n' >rivers.md
printf 'def parse_header(line):\n    return line.split(":")\n' >src/http.py
printf 'def read_header(line):\n    return line.split(":")\n' >src/old.py
printf 'out/\n' >.gitignore
mkdir out && echo generated >out/file.txt
printf 'a\0b' >data.bin

check 'a first search indexes' 0 '^src/http.py:1	' "$akin" search 'how are HTTP headers parsed' -k 1
check 'index again' 0 '^3 files \(nothing changed; .* left out\), 3 chunks \(0 embedded\)' "$akin" index
check 'what is left out' 0 '^out/	ignored' "$akin" index --verbose
check 'index as JSON' 0 '"unchanged":3,' "$akin" index --json
touch -d '1 minute ago' rivers.md
check 'a touched file is not embedded' 0 'nothing changed.*\(0 embedded' "$akin" index
check 'inspect a file' 0 '^1-2	.*parse_header' "$akin" index --inspect src/http.py
check 'inspect a file that is left out' 0 'left out: ignored' "$akin" index --inspect out/file.txt
check 'inspect a binary file' 0 'left out: binary' "$akin" index --inspect data.bin
check 'vimgrep' 0 '^src/http.py:1:1:def parse_header' "$akin" search 'parse header' --vimgrep --mode keyword -k 1
check 'files' 0 '^rivers.md$' "$akin" search water --files --glob '*.md'
check 'JSON' 0 '"path":"rivers.md".*"line":1,"endLine":3' "$akin" search water --json -k 1
check 'a language' 0 '^src/' "$akin" search headers --lang python
check 'punctuation alone is like nothing' 1 'no good match' "$akin" search '?!'
adds_up() {
  "$akin" search 'where does water go' --explain | python3 -c '
import re, sys
for line in sys.stdin:
    parts, total = line.rsplit("; ", 1)[1].split(" = ")
    sum_of_parts = sum(round(100 * float(part.split(" ")[-1])) for part in parts.split(", "))
    assert sum_of_parts == round(100 * float(total)), line'
}
check 'what an explanation shows adds up' 0 '' adds_up
check 'on a terminal' 0 'flows down' "$akin" search 'where does water go' --color always -k 1
check 'no lines of it, as grep -C0' 0 '^1$' sh -c "'$akin' search 'where does water go' --color always -k1 -C0 | wc -l"
check 'nothing found' 1 '' "$akin" search zebra --mode keyword
check 'minScore has no meaning here' 64 'min-score' "$akin" search zebra --min-score 0.5
check 'a part of the folder' 0 '^http.py:1	' env -C src "$akin" search 'HTTP headers' -k 1
two_queries() { printf 'water\nheaders\n' | "$akin" search; }
check 'two queries' 0 '^rivers.md:1	' two_queries
check 'a path after the query' 0 '^src/http.py:1	' "$akin" search 'HTTP headers' src
check 'and not the rest' 0 '^src/http.py$' "$akin" search 'HTTP headers' src/http.py --files
ln -s "$(realpath src)" "$work/linked"
check 'a place by way of a link keeps that name' 0 "^$work/linked/http.py:1	" "$akin" search 'HTTP headers' "$work/linked/" -k1
check 'and a file' 0 "^$work/linked/http.py\$" "$akin" search 'HTTP headers' "$work/linked/http.py" --files
check 'a path that is not there' 66 "no file or folder headers" "$akin" search water headers
check 'options joined to their values' 0 '^src/' "$akin" search 'HTTP headers' -k1 -tpy -g'*.py'
check 'languages by other names' 0 '^src/' "$akin" search 'HTTP headers' -t Py
check 'a language that there is not' 64 "no 'klingon'; it knows .*python" "$akin" search 'HTTP headers' -t klingon
check 'a folder as a glob' 0 '^src/' "$akin" search 'HTTP headers' --glob src
check 'a glob from here' 0 '^src/' "$akin" search 'HTTP headers' --glob './src/**'
check 'an absolute glob' 0 '^src/' "$akin" search 'HTTP headers' --glob "$(realpath .)/src/*.py"
check 'a broken glob' 64 'brackets and braces close' "$akin" search 'HTTP headers' --glob 'src/[a'
check 'a filter that leaves nothing' 1 'no file that is indexed fits --glob' "$akin" search water --glob '*.none'
check 'as many files as asked for' 0 '^3$' sh -c "'$akin' search water --threshold -1 --files -k3 | wc -l"
check 'names that end with NUL' 0 '^3$' sh -c "'$akin' search water --threshold -1 --files -k3 --print0 | tr -cd '\\000' | wc -c"
printf 'Herons wade where eels swim.\n' >$'eels\nand\therons.txt'
check 'a name with a line end is one line' 0 "^[$]'eels.nand.therons[.]txt':1	" "$akin" search 'wading birds' -k1
check 'in lists of places' 0 "^[$]'eels.nand.therons[.]txt':1:1:Herons" "$akin" search 'wading birds' -k1 --vimgrep
check 'and of files, which a shell opens' 0 '^Herons wade' bash -c "eval cat \"\$('$akin' search 'wading birds' -k1 --files)\""
check 'with NUL as it is' 0 '^and	herons.txt.$' bash -c "'$akin' search 'wading birds' -k1 --files --print0 | tr '\\000' ."
check 'in JSON too' 0 '"path":"eels.nand.therons.txt"' "$akin" search 'wading birds' -k1 --json
rm -f eels*
check 'that nothing is left is said' 1 'nothing of .*/folder is indexed: [0-9]+ files left out' "$akin" search water --max-filesize 1
"$akin" search water --max-filesize 1M >/dev/null
check 'stored vectors are as they are' 64 'pooling is for --documents' "$akin" search water --pooling cls
mkdir -p "$work/config"
echo '{"topK": 1, "lang": "py"}' >"$work/config/config.json"
configured() { AKIN_CONFIG="$work/config/config.json" "$akin" "$@"; }
check 'a configuration' 0 '^src/[^ ]*$' configured search 'HTTP headers' --files
check 'is shown' 0 'topK	1	.*config.json' configured config
check 'options count over it' 0 '^rivers.md' configured search water -t markdown
echo '{"topk": 1}' >"$work/config/config.json"
check 'and what is wrong with it' 65 'did you mean "topK"' configured search water
printf '\357\273\277{"topK": 1, "lang": "py"}' >"$work/config/config.json"
check 'a byte order mark is no fault' 0 '^src/' configured search 'HTTP headers'
head -c 1100000 /dev/zero >"$work/config/config.json"
check 'too much is told as that' 65 'config.json is no configuration: it is too large' configured search water
check 'a folder is no configuration' 66 'is a folder, not a file' env AKIN_CONFIG="$work/config" "$akin" search water
mkfifo "$work/config/pipe"
check 'a pipe is none either, and is not waited for' 66 'is a device, pipe or socket, not a file' \
  env AKIN_CONFIG="$work/config/pipe" timeout 60 "$akin" config
check 'of /dev/null nothing is read' 0 '' env AKIN_CONFIG=/dev/null "$akin" search water
echo '{"topK": 1' >"$work/config/config.json"
check 'and where, if it is no JSON' 65 'config.json: JSON ends' configured search water
echo '{"glob": "!src/**"}' >.akin.json
check 'a project leaves files out' 0 '2 removed' "$akin" index
check 'which is said' 0 'left out by .akin.json' "$akin" index --verbose
printf '\357\273\277{"glob": "!src/**", "maxFilesize": "64K"}' >.akin.json
check 'a byte order mark and sizes as people write them' 0 'maxFilesize	65536' "$akin" config
echo '{"model": "/somewhere"}' >.akin.json
check 'and may say nothing else' 0 'cannot be read: .akin.json: expected glob, lang' "$akin" index --verbose
check 'nor in silence' 0 'glob, lang .* it leaves nothing out' "$akin" index
echo '{' >.akin.json
check 'what is no JSON is said, whatever is found' 0 '.akin.json: JSON ends .* it leaves nothing out' "$akin" search water -k1
head -c 70000 /dev/zero | tr '\0' ' ' >.akin.json
check 'as is what is too large' 0 '.akin.json: expected a file of 65536 bytes' "$akin" index
rm .akin.json
mkfifo .akin.json src/.akinignore
ln -s nowhere .akinignore
check 'nor rules that are a pipe' 0 '.akin.json: expected a file' timeout 60 "$akin" index
check 'a pipe of ignored names' 0 'src/.akinignore: expected a file of 1048576 bytes .* it leaves nothing out' timeout 60 "$akin" index
check 'or a link' 0 'akin: .akinignore: expected a file of 1048576 bytes at most, which is no link' "$akin" search water -k1
rm .akin.json .akinignore src/.akinignore
check 'again without' 0 '3 files' "$akin" index
check 'ids stay' 0 '^\{"id":"a","ids"' sh -c "echo '{\"id\":\"a\",\"text\":\"x\"}' | '$akin' tokenize --json --json-lines"
mkdir "$work/twins" "$work/twins/a" "$work/twins/b"
for name in a/one b/two b/three; do echo 'The lighthouse keeper trims the lamp at dusk.' >"$work/twins/$name.md"; done
echo 'Bread is baked before dawn.' >"$work/twins/b/bread.md"
copies_open() { "$akin" search 'lighthouse keeper' "$@" --json -k5 | jq -r 'select(.copies) | .path, .copies[].path' | xargs cat; }
check 'the names of copies open, whichever collection they are in' 0 '^The lighthouse.*dusk.$' copies_open "$work/twins/a" "$work/twins/b"
named_once() { "$akin" search 'lighthouse keeper' "$@" | sort | tr '\n' ' '; }
check 'and are files too' 0 "^$work/twins/a/one.md $work/twins/b/three.md $work/twins/b/two.md \$" \
  named_once "$work/twins" --files -k 3 --threshold 0.3
check 'as many as are asked for' 0 '^2$' sh -c '"$0" search lighthouse "$1" -lk2 | wc -l' "$akin" "$work/twins"
check 'flags joined with an option and its value' 0 '^src/[^ ]*$' "$akin" search 'HTTP headers' src -lk1
check 'with a value behind it' 0 '^rivers.md$' "$akin" search water -lt markdown
check 'what begins with a digit is a number' 64 'takes -1 to 1' "$akin" search water --threshold -05
check 'habits of grep, joined' 64 "has no option -r" "$akin" search -rn water .
check 'with a value' 64 "has no option -A" "$akin" search water -A3
check 'what cannot be written is called as it was' 74 'cannot write /nowhere/x.npy: ' "$akin" embed water -o /nowhere/x.npy
of_one_letter() {
  "$akin" --experimental-dump-help |
    jq -r --arg kind "$1" '[.. | objects | select(.kind? == $kind) | .names[]? | select(.kind == "short") | .name] | unique | join("")'
}
check 'all flags of one letter are known' 0 '^0hlq$' of_one_letter flag
check 'and no option is called so' 0 '^[^0hlq]+$' of_one_letter option
check 'help of what is no command' 64 "there is no command 'akin serch': did you mean 'search'" "$akin" help serch
check 'below one' 64 "there is no command 'akin models exprt': did you mean 'export'" "$akin" help models exprt
check 'behind one that has none' 64 "there is no command 'akin search export'" "$akin" help search export
check 'as an option' 64 "there is no command 'akin serch'" "$akin" serch --help
check 'below one, as an option' 64 "there is no command 'akin models exprt'" "$akin" models exprt -h
check 'help of a command' 0 '^OVERVIEW: Write a model' "$akin" help models export
check 'an assistant is given a folder that is not there' 0 '--allow /nowhere: there is no such folder' \
  sh -c '"$0" mcp --allow /nowhere </dev/null' "$akin"
check 'the version' 0 '^[0-9]' "$akin" -V
check 'similar' 0 '^src/old.py:1	' "$akin" similar src/http.py:1 -k 1
check 'similar, nothing there' 66 'nothing is indexed' "$akin" similar data.bin
check 'duplicates' 0 'src/http.py:1-2.*src/old.py:1-2' "$akin" duplicates --min-length 10 --min-score 0.8
within_a_file() { ! "$akin" duplicates src/http.py --min-length 10 --min-score 0.8 | grep old.py; }
check 'duplicates within a file' 0 '' within_a_file
check 'list' 0 "^$(realpath .)	3	3	" "$akin" collections
check 'status' 0 '^documents  3' "$akin" collections status .
check 'sound' 0 '' "$akin" collections check .
"$akin" collections export . >"$work/export.jsonl"
check 'import' 0 '3 documents' "$akin" collections import "$work/export.jsonl" --name copy
check 'an import is the same' 0 '"documents":3,"chunks":3' "$akin" collections status copy --json
rm src/old.py
check 'a file that is gone' 0 '1 removed' "$akin" index
check 'vacuum' 0 'now' "$akin" collections vacuum .
check 'repair' 0 'nothing is wrong with it: 2 documents' "$akin" collections repair .
check 'remove' 0 '' "$akin" collections remove .
check 'removed' 66 'no collection named' "$akin" collections status .
mkdir "$work/names"
printf 'Water.\n' >"$work/names/"$'caf\xe9.txt'
check 'a name that is not UTF-8 is left out, and said so' 0 'its name is not UTF-8' "$akin" index --verbose "$work/names"
git -C "$work/names" init -q
check 'in a checkout too' 0 'its name is not UTF-8' "$akin" index --verbose "$work/names"
mkdir "$work/taken"
: >"$work/taken/collections"
check 'a command that there is not' 64 "there is no command 'akin serch': did you mean 'search'" "$akin" serch water
check 'a subcommand that there is not' 64 "no command 'akin collections statsu': did you mean 'status'" "$akin" collections statsu .
check 'an argument too many is no command' 64 "Unexpected argument 'twice'" "$akin" demo twice
check 'an empty query' 64 'the query is empty' "$akin" search ' '
blank_query() { printf 'water\n\n' | "$akin" search; }
check 'a blank line among queries' 64 'standard input:2: the query is empty' blank_query
no_queries() { "$akin" search </dev/null; }
check 'no query at all' 64 'no query given' no_queries
mkdir "$work/home"
echo 'Water.' >"$work/home/a.txt"
in_home() { (cd "$work/home" && HOME=$PWD AKIN_CACHE=$cache "$akin" "$@"); }
cache=${AKIN_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/akin}
check 'a home is not indexed unasked' 64 'home is not indexed' in_home search water
check 'but where it is asked for' 0 '1 added' in_home index
check 'and then searched' 0 '^a.txt:1' in_home search water
check 'a place for collections that cannot be read' 74 'collections cannot be read' env AKIN_DATA="$work/taken" "$akin" collections
mkdir -p "$work/two/a" "$work/two/b" "$work/repo/sub/deep"
echo 'Volcanoes throw out lava.' >"$work/two/a/a.txt"
echo 'Glaciers move slowly.' >"$work/two/b/b.txt"
two() { (cd "$work" && "$akin" search "$@"); }
check 'several folders at once' 0 '^two/a/a.txt' two volcanoes two/a two/b --files -k2
check 'each is a collection' 0 "$work/two/b" "$akin" collections
git -C "$work/repo" init -q
echo 'Deserts are dry.' >"$work/repo/sub/deep/c.txt"
check 'a part of a checkout' 0 '^c.txt:1' env -C "$work/repo/sub/deep" "$akin" search deserts
check 'is in the collection of the whole' 0 "^$(realpath "$work/repo")	1" "$akin" collections
check 'similar to a folder' 64 'is a folder' "$akin" similar "$work/repo"
mkdir "$work/hidden" && echo 'Deserts are dry.' >"$work/hidden/.notes.txt" && echo 'Rivers.' >"$work/hidden/a.txt"
check 'hidden files on request' 0 '^2 files' "$akin" index "$work/hidden" --hidden
check 'which is remembered' 0 '2 files \(nothing' "$akin" index "$work/hidden"
check 'until told otherwise' 0 '1 removed' "$akin" index "$work/hidden" --no-hidden
rm -r "$work/hidden"
check 'a folder that is gone' 0 "prune" "$akin" collections
check 'is pruned' 0 'hidden' "$akin" collections prune
check 'and is listed no more' 0 '^ok$' sh -c "'$akin' collections | grep -q hidden || echo ok"
check 'no such folder' 66 'there is no folder' "$akin" index "$work/nowhere"

# Interrupted, indexing keeps what it has done.
for number in $(seq 2000); do echo "Sentence $number is about the number $((number * 7)) and its $((number % 13)) friends, who live by the river and count what passes: boats, birds, clouds and, on days without any of these, one another." >"$work/other/$number.txt"; done
"$akin" index "$work/other" >"$work/first" 2>&1 &
child=$!
for _ in $(seq 200); do
  sleep 0.1
  # All words are there, and some of it is embedded.
  pending=$("$akin" collections status "$work/other" --json 2>/dev/null | grep '"documents":2000,' | grep -Eo '"pending":[0-9]+' | cut -d: -f2)
  [ "${pending:-0}" -gt 0 ] && [ "$pending" -lt 1900 ] && break
done
check 'what is there is found meanwhile' 0 '^[0-9]+.txt:1' env -C "$work/other" "$akin" search --no-update --mode keyword 'sentence 7' -k 1
kill -INT "$child"
wait "$child"
status=$?
check 'an interrupt ends with 130' 0 130 echo "$status"
check 'and says what is kept' 0 'what was indexed is kept' cat "$work/first"
check 'the next run goes on' 0 '^2000 files .* 2000 chunks \(([0-9]{1,3}|1[0-9]{3}) embedded\)' "$akin" index "$work/other"

# Waits until a line of the watch fits the pattern $1.
await() {
  for _ in $(seq 200); do
    if grep -q "$1" "$work/watch" 2>/dev/null; then return; fi
    sleep 0.1
  done
}

# Followed, a folder's index keeps up with what comes into it.
mkdir "$work/followed" && echo 'a first text' >"$work/followed/a.txt"
"$akin" index --watch "$work/followed" >"$work/watch" 2>&1 &
child=$!
await following
mkdir -p "$work/followed/new/deep" && echo 'rivers and lakes' >"$work/followed/new/deep/b.txt"
await '^2 files (1 added'
check 'a file in a new folder is followed' 0 '^new/deep/b.txt:1' env -C "$work/followed" "$akin" search rivers --no-update -k 1
kill -INT "$child"
wait "$child"
status=$?
check 'following ends with 130' 0 130 echo "$status"

echo "folders: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
