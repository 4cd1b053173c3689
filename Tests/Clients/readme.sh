#!/usr/bin/env bash
# Runs the commands and the code of README.md, and looks its figures up. Usage: Tests/Clients/readme.sh PATH_OF_AKIN
set -eu
cd "$(dirname "$0")/../.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
PYTHONDONTWRITEBYTECODE=1 python3 Tests/Clients/pages/readme.py --akin "$1" --work "$work"
