#!/usr/bin/env bash
# Clients of OpenAI, Ollama, the hub and Cohere, unchanged, ask `akin serve --http`; with PYTHON, all that it has.
# Usage: Tests/Clients/http.sh PATH_OF_AKIN [PYTHON]
set -euo pipefail
cd "$(dirname "$0")/../.."

akin=$(realpath "$1")
python=${2-}
clients=()
if [ -z "$python" ]; then
  if ! scripts/venv.sh http >/dev/null 2>&1; then
    echo "http: the packages of scripts/requirements-http.txt cannot be installed"
    exit 77
  fi
  python=.venv/http/bin/python
  clients=(openai ollama huggingface_hub cohere)
fi

export AKIN_API_KEY=open-sesame
work=$(mktemp -d)
server=''
trap 'kill "$server" 2>/dev/null || true; rm -rf "$work"' EXIT
reranker=$work/bert
cp -r Tests/Fixtures/classifiers/bert "$reranker"
cp Tests/Fixtures/models/sentence/tokenizer.json Tests/Fixtures/models/sentence/tokenizer_config.json "$reranker"
"$akin" serve --http 127.0.0.1:0 --rerank-model "$reranker" --served-name all-MiniLM-L6-v2 2>"$work/log" &
server=$!
for _ in $(seq 300); do
  address=$(sed -n 's/.*listening at //p' "$work/log")
  if [ -n "$address" ]; then break; fi
  sleep 0.1
done

"$python" Tests/Clients/http/clients.py "$address" "$akin" all-MiniLM-L6-v2 bert "${clients[@]}" | tee "$work/table"

# What Ollama's own documents show.
curl --silent --fail --header "Authorization: Bearer $AKIN_API_KEY" "$address/api/embed" \
  -d '{"model": "all-MiniLM-L6-v2", "input": "Why is the sky blue?"}' | grep -q '"embeddings":\[\[' ||
  { echo "curl: no embeddings" && exit 1; }
# Words and their values as text-embeddings-inference answers them; a model of dense vectors says that it has none.
status=$(curl --silent --output /dev/null --write-out '%{http_code}' --header "Authorization: Bearer $AKIN_API_KEY" \
  "$address/embed_sparse" --json '{"inputs": "Why is the sky blue?"}')
[ "$status" = 424 ] || { echo "curl: /embed_sparse of a model of dense vectors answers $status" && exit 1; }
kill "$server" && wait "$server" || true
sparse=Tests/Fixtures/heads/sparse-bert
"$akin" serve --http 127.0.0.1:0 --model "$sparse" 2>"$work/sparse-log" &
server=$!
for _ in $(seq 300); do
  address=$(sed -n 's/.*listening at //p' "$work/sparse-log")
  if [ -n "$address" ]; then break; fi
  sleep 0.1
done
curl --silent --fail --header "Authorization: Bearer $AKIN_API_KEY" "$address/embed_sparse" \
  --json '{"inputs": ["the fire is warm", "a cat"]}' >"$work/sparse.json"
printf 'the fire is warm\na cat\n' | "$akin" embed --sparse --json --model "$sparse" >"$work/sparse.jsonl"
python3 - "$work/sparse.json" "$work/sparse.jsonl" <<'PYTHON'
import json
import sys

found = json.load(open(sys.argv[1]))
wanted = [json.loads(line)["embedding"] for line in open(sys.argv[2])]
assert [[pair["index"] for pair in text] for text in found] == [one["indices"] for one in wanted], found
assert all(abs(pair["value"] - value) < 1e-6 for text, one in zip(found, wanted) for pair, value in zip(text, one["values"]))
PYTHON

echo "http: $(grep -c 'as the command line' "$work/table") clients, and curl"
