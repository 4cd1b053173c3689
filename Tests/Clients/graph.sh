#!/usr/bin/env bash
# The graph of near neighbours of a folder's collection, made, used, lost and mended with the built program.
# Usage: Tests/Clients/graph.sh PATH_OF_AKIN
set -u
# shellcheck source=Tests/Clients/folders-support.sh
. "$(dirname "$0")/folders-support.sh"

# No line of the output fits the pattern.
without() {
  local pattern=$1
  shift
  ! "$@" 2>&1 | grep -Eq -- "$pattern"
}

mkdir "$work/folder"
cd "$work/folder" || exit 1
subjects=(rivers bridges violins planets bakers ferries orchards lanterns glaciers weavers)
for number in $(seq 400); do
  echo "Note $number is about ${subjects[number % 10]}, of which $((number * 7)) were counted in the year $((1500 + number))." >"$number.txt"
done
places() { "$akin" search "$1" --no-update --mode semantic -k 10 | cut -f 1; }

if ! "$akin" index --graph-from 100 2>&1 | grep -q 'linked 400 vectors'; then
  "$akin" index 2>&1 | grep -q 'built without hnswlib' && echo "built without hnswlib" && exit 77
  echo "FAILED: no graph was made" && exit 1
fi
check 'status tells of it' 0 '^graph +400 of 400 vectors linked, finds [01]\.[0-9]+ of the nearest ten' \
  "$akin" collections status .
check 'and as JSON' 0 '"graph":\{"used":true,"vectors":400,"linked":400,"recall":[0-9.]+\}' \
  "$akin" collections status . --json
check 'a search finds its place' 0 '^30.txt:1	' "$akin" search 'Note 30 is about rivers, of which 210 were counted in the year 1530.' --mode semantic -k 1
check 'an unchanged folder is not linked again' 0 '' without linked "$akin" index
places 'who plays the violins' >"$work/by-graph"

# The same folder without a graph, from an export.
"$akin" collections export . >"$work/export"
"$akin" collections remove .
check 'too small for a graph by default' 0 '' without linked "$akin" index
check 'status tells of none' 0 '^graph +none; searches scan all vectors' "$akin" collections status .
check 'and as JSON' 0 '"graph":null' "$akin" collections status . --json
places 'who plays the violins' >"$work/by-scan"
check 'the graph finds what a scan finds' 0 '' diff "$work/by-scan" "$work/by-graph"
"$akin" index --graph-from 100 2>/dev/null >&2

# What comes and goes.
echo 'A new note about submarines that sound the depths.' >new.txt
rm 30.txt
check 'a search sees both before the graph does' 0 '^new.txt:1	' "$akin" search 'submarines' --mode semantic -k 1
check 'a search does not link' 0 '400 of 401 vectors linked' "$akin" collections status .
check 'what is removed is not found' 0 '' without '^30.txt' "$akin" search 'Note 30 is about rivers, of which 210 were counted in the year 1530.' --mode semantic
check 'index links what is new, without being told again' 0 'linked 401 vectors' "$akin" index
check 'status is whole again' 0 '401 of 401 vectors linked' "$akin" collections status .

# What is damaged is not used, which is said, and what was found is still found.
graph=$(ls "$work"/data/collections/*.graph)
cp "$graph" "$work/whole"
places 'who plays the violins' >"$work/before"
printf 'x' | dd of="$graph" bs=1 seek=5000 conv=notrunc status=none
check 'a damaged file is told' 0 'searched without the graph of near neighbours: its file is damaged' \
  "$akin" search violins --mode semantic --no-update
places 'who plays the violins' 2>/dev/null >"$work/after"
check 'and costs no result' 0 '' diff "$work/before" "$work/after"
check 'status says why' 0 '^graph +not used, .*its file is damaged' "$akin" collections status .
check 'JSON says so too' 0 '"graph":\{"used":false,.*"problem":"its file is damaged' "$akin" collections status . --json
check 'index makes it anew' 0 'linked 401 vectors' "$akin" index
check 'and it is used' 0 '401 of 401' "$akin" collections status .
truncate -s 1000 "$graph"
check 'a cut file is told' 0 'its file is damaged' "$akin" search violins --no-update
rm "$graph"
check 'one that is gone, too' 0 'its file is damaged or gone' "$akin" search violins --no-update
check 'and made anew' 0 'linked 401 vectors' "$akin" index
rm ./3*.txt
"$akin" index >/dev/null 2>&1
"$akin" collections vacuum . 2>/dev/null
check 'a graph of deleted vectors is told' 0 'vectors that it was made of have been deleted' \
  "$akin" search violins --no-update
check 'and made anew' 0 'the graph of near neighbours is of no use.*deleted' "$akin" index
check 'with what is left' 0 '"used":true,"vectors":([0-9]+),"linked":\1,' "$akin" collections status . --json
check 'sound' 0 '' "$akin" collections check .

# The server makes it in the background, uses it, and mends it.
request() { printf '{"jsonrpc":"2.0","id":%d,"method":"%s","params":%s}\n' "$1" "$2" "$3"; }
serve() {
  "$akin" serve --graph-from 100 --log-level info 2>"$work/log"
}
status() { request "$1" index/status "{\"folder\":\"$PWD\"}"; }
"$akin" collections remove .
{
  request 1 index/add "{\"folder\":\"$PWD\"}"
  for number in $(seq 2 101); do
    status "$number"
    grep -q 'a graph of' "$work/log" 2>/dev/null && break
    sleep 0.1
  done
  status 500
  request 501 search "{\"collection\":\"$PWD\",\"query\":\"submarines\",\"topK\":1}"
} | serve >"$work/answers"
check 'the server makes a graph' 0 '"id":500,.*"graph":\{"used":true,"vectors":([0-9]+),"linked":\1,"recall":[0-9.]+\}' \
  cat "$work/answers"
check 'and finds by it' 0 '"id":501,.*new.txt' cat "$work/answers"
graph=$(ls "$work"/data/collections/*.graph)
truncate -s 1000 "$graph"
{
  request 1 search "{\"collection\":\"$PWD\",\"query\":\"submarines\",\"topK\":1}"
  for _ in $(seq 100); do
    grep -q 'a graph of' "$work/log" 2>/dev/null && break
    sleep 0.1
  done
  status 2
} | serve >"$work/answers"
check 'a server that finds it damaged says so' 0 'made anew: its file is damaged' cat "$work/log"
check 'answers all the same' 0 '"id":1,.*new.txt' cat "$work/answers"
check 'and mends it' 0 '"id":2,.*"used":true' cat "$work/answers"
check 'for others too' 0 '"used":true' "$akin" collections status . --json

# Assistants are told too.
tool() { request "$1" tools/call "{\"name\":\"$2\",\"arguments\":$3}"; }
folder="{\"folder\":\"$PWD\"}"
question="{\"folder\":\"$PWD\",\"query\":\"submarines\",\"limit\":1}"
assistant() { "$akin" mcp --graph-from 100 2>/dev/null; }
# Asks for the status until the graph is made, and other processes see it.
until_made() {
  for number in $(seq 2 101); do
    tool "$number" index_status "$folder"
    grep -q 'isUsed":true' "$work/answers" 2>/dev/null &&
      "$akin" collections status . --json | grep -q '"used":true' && break
    sleep 0.1
  done
}
truncate -s 1000 "$graph"
tool 1 index_status "$folder" | assistant >"$work/answers"
check 'an assistant sees that the graph is damaged' 0 '"id":1,.*"isUsed":false,.*its file is damaged' cat "$work/answers"
{ tool 1 search "$question" && until_made; } | assistant >"$work/answers"
check 'and that a search was without it' 0 '"id":1,.*new.txt.*"notes":\["All vectors were scanned, without the graph' cat "$work/answers"
check 'it is made anew' 0 '"isUsed":true' cat "$work/answers"
tool 1 search "$question" | assistant >"$work/answers"
check 'then there is nothing to tell' 0 '' without notes cat "$work/answers"
"$akin" collections remove .
"$akin" index 2>/dev/null >&2
{ tool 1 search "$question" && until_made; } | assistant >"$work/answers"
check 'a large folder without a graph gets one' 0 '"isUsed":true' cat "$work/answers"
check 'a threshold is a number from 1 on' 64 'graph-from takes 1 or more' "$akin" index --graph-from 0

echo "graph: $passed passed, $failed failed"
[ "$failed" -eq 0 ]
