#!/usr/bin/env bash
# Runs every block of code and every command of the clients' pages that can run here, and names the others. Usage:
# Tests/Clients/pages.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
# shellcheck source=Tests/Clients/editors-support.sh
. Tests/Clients/editors-support.sh
need python3 git

# Python's packages that the pages import, where they can be had.
python=python3
if scripts/venv.sh clients >"$work/venv.log" 2>&1; then python=$PWD/.venv/clients/bin/python; fi

# A model that scores pairs, for `rerank`: one for tests, whose scores mean nothing.
reranker=$work/bert
cp -r Tests/Fixtures/classifiers/bert "$reranker"
cp Tests/Fixtures/models/sentence/tokenizer.json Tests/Fixtures/models/sentence/tokenizer_config.json "$reranker"

python3 Tests/Clients/pages/session.py --folder "$folder" --work "$work" --python "$python" --reranker "$reranker"
