#!/usr/bin/env bash
# A pipe with jq on both sides: no handshake, no client.
set -eu

request='{jsonrpc: "2.0", id: 1, method: "similarity", params: {left: "a cat", right: ["a dog", "a train"]}}'
expect() {
  if [ "$2" = "$3" ]; then echo "ok $1"; else echo "$1: expected $3, got $2"; fi
}

expect "one line in, one line out" "$(jq -nc "$request" | "$AKIN" serve | jq '.result.scores[0] | .[0] > .[1]')" true
expect "record separators" "$(jq -nc --seq "$request" | "$AKIN" serve | jq -c '[.id, (.result.scores | length)]')" '[1,1]'
expect "lines of a file, one request each" "$(
  printf '%s\n' "the cat sleeps" "naïve 日本語" "" |
    jq -Rc '{jsonrpc: "2.0", id: input_line_number, method: "embed", params: {input: .}}' | "$AKIN" serve |
    jq -sc 'sort_by(.id) | map(.result.embeddings[0] | length)'
)" '[384,384,384]'
expect "a request over several lines is told of jq -c" "$(jq -n "$request" | "$AKIN" serve | jq -rs '.[0].error | "\(.code) \(.message | contains("jq -c"))"')" '-32700 true'
expect "the protocol's own description" "$(jq -nc '{jsonrpc: "2.0", id: "d", method: "rpc.discover"}' | "$AKIN" serve | jq -r '.result.openrpc | startswith("1.3")')" true
