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
echo "http: $(grep -c 'as the command line' "$work/table") clients, and curl"
