#!/usr/bin/env bash
# Makes or updates the Python environment .venv/NAME from scripts/requirements-NAME.txt; nothing where it is as listed.
# Usage: scripts/venv.sh clients, or another such NAME
set -eu
cd "$(dirname "$0")/.."

name=${1-}
requirements=scripts/requirements-$name.txt
if [ -z "$name" ] || [ ! -f "$requirements" ]; then
  echo "usage: scripts/venv.sh NAME, where scripts/requirements-NAME.txt is a file" >&2
  exit 64
fi
folder=.venv/$name
if cmp -s "$requirements" "$folder/installed.txt"; then exit 0; fi

echo "venv: making $folder from $requirements"
python3 -m venv "$folder"
# CMake takes its job count from here when llama.cpp is compiled.
CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-2} \
  "$folder/bin/python" -m pip install --disable-pip-version-check --quiet --requirement "$requirements"
cp "$requirements" "$folder/installed.txt"
