#!/usr/bin/env bash
# Attacks the built program with hostile folders, messages, files and hubs, and says what held. Usage:
# scripts/attack.sh PATH_OF_AKIN [NAME_OR_PATTERN_OF_TESTS...]
set -eu
akin=$(realpath "$1")
shift
cd "$(dirname "$0")/.."
export AKIN="$akin" PYTHONDONTWRITEBYTECODE=1
exec python3 Tests/Attacks/run.py "$@"
