#!/usr/bin/env bash
# The pages of `akin map` in a headless Chromium: as a file and from the server, with names and texts that attack them.
# Usage: Tests/Clients/map.sh PATH_OF_AKIN; with PICTURES=FOLDER the screens that were seen stay there.
set -eu
akin=$(realpath "$1")
cd "$(dirname "$0")"
if ! python3 -c 'import sys; sys.path.insert(0, "map"); import browser; sys.exit(not browser.program())'; then
  echo "no Chromium (chromium-headless-shell)"
  exit 77
fi
exec python3 map/pages.py "$akin"
