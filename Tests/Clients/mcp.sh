#!/usr/bin/env bash
# Drives `akin mcp` with the official client of the Model Context Protocol. Usage: Tests/Clients/mcp.sh PATH_OF_AKIN
set -eu
akin=$(realpath "$1")
cd "$(dirname "$0")/../.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if ! scripts/venv.sh clients >"$work/venv.log" 2>&1; then
  tail -n 3 "$work/venv.log"
  echo "no packages from PyPI, which the client 'mcp' is one of"
  exit 77
fi
export AKIN_DATA="$work/data"
.venv/clients/bin/python Tests/Clients/mcp/session.py "$akin" "$work"
